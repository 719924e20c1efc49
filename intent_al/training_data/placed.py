"""Training data with its places, so that a finding can be shown and a change made where it belongs.

Rasa's own reader keeps neither file nor line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from intent_al.records import Example


@dataclass(frozen=True, slots=True)
class Place:
    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class PlacedExample:
    """One example and where it stands; ``metadata`` is canonical JSON of what is attached."""

    example: Example
    place: Place
    metadata: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One item of the ``nlu`` list. ``form``: lines (``|``), objects (a list), or other."""

    kind: str
    name: str
    place: Place
    form: str
    size: int


@dataclass(frozen=True, slots=True)
class Warn:
    """Something that Rasa skips, or that a bot team would want to know of."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Everything that some files teach, in the order of the files.

    ``examples`` holds repeated examples as often as they stand there; Rasa trains on each once
    (see ``distinct``). ``synonyms`` includes those that entity annotations with a value add.
    """

    examples: tuple[PlacedExample, ...] = ()
    blocks: tuple[Block, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    regexes: tuple[tuple[str, str], ...] = ()
    lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    responses: tuple[str, ...] = ()
    warnings: tuple[Warn, ...] = ()
    files: tuple[Path, ...] = ()

    def distinct(self) -> tuple[Example, ...]:
        """The examples that Rasa trains on: each combination of text, labels, metadata once."""
        different = dict.fromkeys((one.example, one.metadata) for one in self.examples)
        return tuple(example for example, _ in different)

    def intents(self) -> tuple[str, ...]:
        """Full names, in the order in which they first occur."""
        return tuple(dict.fromkeys(one.example.intent for one in self.examples))
