"""The encoders by the text that a project asks for them with: ``tfidf``, ``onnx:FOLDER``.

Before the colon stands the kind, behind it what the kind needs to know. A package adds a kind by an
entry point of the group ``intent_al.encoders`` that names a function like ``open_encoder`` in the
modules here. Nothing is imported before it is asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType

from connectors.names import did_you_mean
from intent_al.encoders.base import Encoder
from intent_al.errors import ConfigError

Opener = Callable[[str, Sequence[str], int], Encoder]
"""What follows the colon (empty: nothing), the texts of the project, a seed."""

DEFAULT = "tfidf"
FOLDER = "FOLDER"
_GROUP = "intent_al.encoders"


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """``module`` holds the opener; ``argument`` is what stands behind the colon."""

    module: str
    argument: str
    summary: str


BUILT_IN: Mapping[str, BuiltIn] = MappingProxyType(
    {
        "tfidf": BuiltIn("tfidf", "", "Words and letters, fitted on the project's own texts."),
        "wordllama": BuiltIn("word_llama", "", "Means of token vectors, for English."),
        "onnx": BuiltIn("onnx_folder", FOLDER, "A sentence model as ONNX, with its tokenizer."),
        "spacy": BuiltIn("spacy_vectors", "NAME", "Word vectors of a spaCy pipeline."),
        "sentence-transformers": BuiltIn(
            "sentence_model", "NAME", "A model of the library of that name, from the local disk."
        ),
    }
)


def own_specs() -> list[str]:
    """How each built-in encoder is asked for."""
    return [f"{name}:{one.argument}" if one.argument else name for name, one in BUILT_IN.items()]


def specs() -> list[str]:
    """How each encoder that is installed is asked for, built-in ones first."""
    return own_specs() + sorted(name for name in _installed() if name not in BUILT_IN)


def open_encoder(
    spec: str, corpus: Sequence[str], seed: int = 0, *, folder: Path | None = None
) -> Encoder:
    """The encoder that ``spec`` asks for.

    ``corpus`` is what an encoder that has to be fitted is fitted on, ``seed`` what is random about
    it, ``folder`` what a relative path in ``spec`` starts from. Raises ConfigError, which names the
    nearest valid spec, or the extra with the library that is missing.
    """
    kind, _, argument = spec.partition(":")
    own = BUILT_IN.get(kind)
    if own is None:
        return _installed_opener(kind)(argument, corpus, seed)
    if bool(argument) != bool(own.argument):
        wanted = f"{kind}:{own.argument}" if own.argument else kind
        raise ConfigError(f"the encoder {spec!r} has to read {wanted}")
    if own.argument == FOLDER and folder is not None:
        argument = str(folder / argument)
    module = importlib.import_module(f"intent_al.encoders.{own.module}")
    opener: Opener = module.open_encoder
    return opener(argument, corpus, seed)


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=_GROUP)}


def _installed_opener(kind: str) -> Opener:
    installed = _installed()
    if kind not in installed:
        hint = did_you_mean(kind, [*BUILT_IN, *installed], shown=specs())
        raise ConfigError(f"there is no encoder {kind!r}{hint}")
    point = installed[kind]
    try:
        opener: Opener = point.load()
    except Exception as error:  # somebody else's package: whatever it raises, the user must know
        message = f"the encoder {kind!r} cannot be imported: {error}"
        raise ConfigError(message, where=point.value) from error
    if not callable(opener):
        raise ConfigError(f"the entry point {kind!r} is no function", where=point.value)
    return opener
