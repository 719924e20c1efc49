"""Document vectors of an installed spaCy model, for those who have one.

They know that "refund" and "money back" are close, which counts of letters cannot. They cost a
model of 40 MB and more and a slow tokenizer, so they are asked for by name and never a default.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from intent_al.errors import ConfigError
from intent_al.records import FloatArray


class Vectors:
    """Unit-length mean word vectors (n, d) of a spaCy model."""

    def __init__(self, name: str, *, setting: str | None = None) -> None:
        """``setting`` is how the pipeline was asked for, for the messages of errors."""
        asked = setting or f"vectors = {name!r}"
        try:
            import spacy  # takes more than a second: only where it is asked for

            self._make_doc = spacy.load(name).make_doc
        except (ImportError, OSError) as error:
            raise ConfigError(
                f"{asked}: no such spaCy model is installed; "
                f"try: python -m spacy download {name}, or leave {asked.split()[0]} out"
            ) from error
        if not self._make_doc("").vocab.vectors_length:
            raise ConfigError(
                f"{asked}: this spaCy model has no word vectors; models ending in _md and _lg do"
            )

    def __call__(self, texts: Sequence[str]) -> FloatArray:
        rows = np.array([self._make_doc(text).vector for text in texts], dtype=np.float32)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(norms, 1e-12), dtype=np.float32)


def vectors_version(name: str) -> str:
    """Versions of spaCy and of a model of vectors, for the id of what was trained with them."""
    try:
        return f"{name} {version(name.replace('_', '-'))} on spaCy {version('spacy')}"
    except PackageNotFoundError:  # a folder, or not installed: then loading it says so
        return name
