"""The encoders by the text that a project asks for them with: ``tfidf``, ``onnx:FOLDER``.

Before the colon stands the kind, behind it what the kind needs to know. A package adds a kind by an
entry point of the group ``intent_al.encoders`` that names a function like ``open_encoder`` in the
modules here. Nothing is imported before it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from intent_al.encoders.base import Encoder
from intent_al.errors import ConfigError
from intent_al.plugins import MOVED, Plugins

Opener = Callable[[str, Sequence[str], int], Encoder]
"""What follows the colon (empty: nothing), the texts of the project, a seed."""

DEFAULT = "tfidf"
FOLDER = "FOLDER"


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

_PLUGINS = Plugins(
    "encoder",
    "intent_al.encoders",
    {name: f"intent_al.encoders.{one.module}:open_encoder" for name, one in BUILT_IN.items()},
    unknown=ConfigError,
    broken=ConfigError,
    moved=MOVED,
)


def own_specs() -> list[str]:
    """How each built-in encoder is asked for."""
    return [f"{name}:{one.argument}" if one.argument else name for name, one in BUILT_IN.items()]


def specs() -> list[str]:
    """How each encoder that is installed is asked for, built-in ones first."""
    return own_specs() + sorted(_PLUGINS.installed())


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
    if own is not None:
        if bool(argument) != bool(own.argument):
            wanted = f"{kind}:{own.argument}" if own.argument else kind
            raise ConfigError(f"the encoder {spec!r} has to read {wanted}")
        if own.argument == FOLDER and folder is not None:
            argument = str(folder / argument)
    opener: Opener = _PLUGINS.find_function(kind, shown=specs())
    return opener(argument, corpus, seed)
