"""What a format of training data is: bytes to examples with their places, and examples to bytes.

A format promises one thing above all: what it cannot hold, it names. Everything that is written
comes back when it is read, or stands in ``Written.lost`` with the reason.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from intent_al.errors import TrainingDataError, UsageError
from intent_al.records import Example
from intent_al.training_data.placed import PlacedExample, TrainingData

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Lost:
    """An example that is not, or not wholly, in what was written; ``reason`` says what is not."""

    example: Example
    reason: str


@dataclass(frozen=True, slots=True)
class Written:
    """The bytes of a file, and what they do not hold."""

    source: bytes
    lost: tuple[Lost, ...] = ()


class Format(ABC):
    """One way to keep labelled texts in a file. Made without arguments; holds no state.

    ``suffixes`` are lower case, with their dot. A library that is slow to import, or optional, is
    imported inside of ``read`` and ``write``.
    """

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    summary: ClassVar[str]
    """One line for people who choose a format."""
    writable: ClassVar[bool] = True
    binary: ClassVar[bool] = False
    """Whether the bytes are no text: never shown, and places are numbers of examples, not lines."""

    @abstractmethod
    def read(self, source: bytes, path: Path) -> TrainingData:
        """Read the bytes of a file; ``path`` is for places and messages.

        Raises TrainingDataError, with the line, for what is not exactly this format.
        """

    def write(self, examples: Sequence[PlacedExample]) -> Written:
        """A whole new file. Their places do not matter. Raises UsageError where it only reads."""
        raise UsageError(f"{self.name} is a format that is read only")


def decoded(source: bytes, path: Path) -> str:
    """The characters of a text format, without a byte-order mark; refuses what is not UTF-8."""
    try:
        return source.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        raise TrainingDataError(
            f"byte {error.start} is not UTF-8; save the file as UTF-8",
            where=path,
            line=source.count(b"\n", 0, error.start) + 1,
        ) from None


def texts_of(one: PlacedExample) -> list[str]:
    """Every text of an example: its own, its names and values, its metadata."""
    example = one.example
    parts: Iterable[str | None] = (
        example.text,
        example.intent,
        one.metadata,
        *(
            part
            for entity in example.entities
            for part in (entity.entity, entity.value, entity.role, entity.group)
        ),
    )
    return [part for part in parts if part is not None]


def unstorable(one: PlacedExample) -> str | None:
    """Say why no format at all can hold an example; None when one can."""
    if not one.example.intent:
        return "it has no intent"
    if any("\ud800" <= char <= "\udfff" for part in texts_of(one) for char in part):
        return "it holds half of a character (a lone surrogate), which no file can store"
    return None
