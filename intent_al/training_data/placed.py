"""Training data with its places, so that a finding can be shown and a change made where it belongs.

Rasa's own reader keeps neither file nor line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from intent_al.records import Example
from intent_al.training_data.entity_markup import positions

SKIPPED, OVERRULED = "skipped-line", "synonym-overruled"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands. Lines and columns count from 1, in characters; ``end`` is the column
    behind the last character. Both columns are 0 where only the line is known."""

    path: Path
    line: int
    column: int = 0
    end: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class PlacedExample:
    """One example and where it stands; ``metadata`` is canonical JSON of what is attached.

    ``written`` is the text with its annotations; None where that is the text itself.
    """

    example: Example
    place: Place
    metadata: str | None = None
    written: str | None = field(default=None, compare=False)

    def place_of(self, start: int, end: int) -> Place:
        """Of the characters ``start`` to ``end`` of the plain text, which are at least one.

        That of the whole example where the file has them folded or escaped.
        """
        written = self.example.text if self.written is None else self.written
        quotes = self.place.end - self.place.column - len(written)
        if not self.place.column or quotes not in (0, 2):
            return self.place
        at = range(len(written)) if self.written is None else positions(written)
        first = self.place.column + quotes // 2
        return replace(self.place, column=first + at[start], end=first + at[end - 1] + 1)


class PlacedValue(NamedTuple):
    """One line of a synonym, regular expression or lookup table; ``name`` is what it belongs to."""

    kind: str
    name: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Block:
    """One item of the ``nlu`` list. ``form``: lines (``|``), objects (a list), or other.

    ``place`` is that of the item; ``name_place`` is that of its name.
    """

    kind: str
    name: str
    place: Place
    form: str
    size: int
    name_place: Place


@dataclass(frozen=True, slots=True)
class Warn:
    """Something that Rasa skips, or that a bot team would want to know of.

    ``rule`` is the rule of lint that says so.
    """

    place: Place
    message: str
    rule: str = SKIPPED

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Everything that some files teach, in the order of the files.

    ``examples`` holds repeated examples as often as they stand there; Rasa trains on each once
    (see ``distinct``). ``synonyms`` includes those that entity annotations with a value add;
    ``values`` are the lines of synonyms, regular expressions and lookup tables as they stand there.
    ``responses`` has the place of the first mention of each name.
    """

    examples: tuple[PlacedExample, ...] = ()
    blocks: tuple[Block, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    regexes: tuple[tuple[str, str], ...] = ()
    lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: tuple[PlacedValue, ...] = ()
    responses: Mapping[str, Place] = field(default_factory=dict)
    warnings: tuple[Warn, ...] = ()
    files: tuple[Path, ...] = ()

    def distinct(self) -> tuple[Example, ...]:
        """The examples that Rasa trains on: each combination of text, labels, metadata once."""
        different = dict.fromkeys((one.example, one.metadata) for one in self.examples)
        return tuple(example for example, _ in different)

    def intents(self) -> tuple[str, ...]:
        """Full names, in the order in which they first occur."""
        return tuple(dict.fromkeys(one.example.intent for one in self.examples))


def full_intent(name: str) -> str:
    """The name that Rasa reports: ``faq/ask`` as it stands, a plain one without outer spaces."""
    base, _, key = name.partition("/")
    return name if key else base.strip()
