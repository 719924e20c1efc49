"""Personal data that stands in the bot's files, shown without showing it.

What reaches the files through us was masked before. What people write by hand or paste from a mail
was not, and a repository forgets nothing.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from intent_al.errors import TrainingDataError
from intent_al.records import Entity, Example
from intent_al.texts.personal_data import Found, Policy
from intent_al.training_data import entity_markup
from intent_al.training_data.dialects.base import Dialect
from intent_al.training_data.lint import Inputs, Rule
from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.placed import Place, PlacedExample
from intent_al.training_data.source_files import decode, split_lines

PERSONAL_DATA = "personal-data"
_SUMMARY = "Personal data that the project's allowlist does not name."
_SHOWN, _AROUND = 40, 24

Line = Callable[[Place], str | None]


def rule(
    policy: Policy,
    allow: Sequence[str] = (),
    masked_before: Callable[[Example], bool] = lambda example: False,
) -> Rule:
    """``personal_data`` as one of lint's rules."""

    def find(inputs: Inputs) -> Iterator[Finding]:
        return personal_data(inputs, policy, allow, masked_before)

    return Rule(PERSONAL_DATA, Severity.ERROR, _SUMMARY, find)


def personal_data(
    inputs: Inputs,
    policy: Policy,
    allow: Sequence[str] = (),
    masked_before: Callable[[Example], bool] = lambda example: False,
) -> Iterator[Finding]:
    """What ``policy`` finds in texts, entity values, synonyms, patterns, lookup tables, metadata.

    ``allow`` lists what may stand there, as it stands or with ``*`` for any text; upper and lower
    case are the same. ``masked_before`` knows the examples whose texts went through masking, which
    leaves surrogates that look like the real thing.
    """
    search = _Search(inputs.dialect, policy, allow)
    for one in (*inputs.data.examples, *inputs.tests):
        yield from search.in_example(one, masked_before)
    for value in inputs.data.values:
        yield from search.in_text(f"a line of the {value.kind}", value.text, value.place)
    for block in inputs.data.blocks:
        yield from search.in_text(f"the name of the {block.kind}", block.name, block.name_place)


class _Search:
    def __init__(self, dialect: Dialect, policy: Policy, allow: Sequence[str]) -> None:
        self.policy = policy
        self.allowed = _allowed(allow)
        self.lines = lru_cache(maxsize=None)(partial(_lines, dialect))
        self.metadata_seen: set[tuple[Path, str]] = set()

    def in_example(
        self, one: PlacedExample, masked_before: Callable[[Example], bool]
    ) -> Iterator[Finding]:
        example = one.example
        found = self.find(example.text)
        if found and not masked_before(example):
            for piece in found:
                place = self.place_in_example(one, piece.start, piece.end)
                yield self.finding("a text", example.text, piece, place)
        for entity in example.entities:
            yield from self.in_value(one, entity)
        # Metadata of an intent is that of all its examples: it is looked at once.
        known = (one.place.path, one.metadata or "")
        if one.metadata and known not in self.metadata_seen:
            self.metadata_seen.add(known)
            whole = replace(one.place, column=0, end=0)
            for piece in self.find(one.metadata):
                yield self.finding("the metadata of a text", one.metadata, piece, whole)

    def in_value(self, one: PlacedExample, entity: Entity) -> Iterator[Finding]:
        value = entity.value or ""
        for piece in self.find(value):
            place = self.place_of(value[piece.start : piece.end], one.place)
            yield self.finding(f"a value of the entity {entity.entity}", value, piece, place)

    def in_text(self, what: str, text: str, place: Place) -> Iterator[Finding]:
        after = 0
        for piece in self.find(text):
            found = self.place_of(text[piece.start : piece.end], place, after)
            after = max(after, found.end - place.column)
            yield self.finding(what, text, piece, found)

    def find(self, text: str) -> list[Found]:
        return [
            one for one in self.policy.find(text) if not self.allowed(text[one.start : one.end])
        ]

    def finding(self, what: str, text: str, piece: Found, place: Place) -> Finding:
        message = (
            f"{piece.rule} in {what}: '{self.shown(text, piece)}'; replace it, or list it in "
            "[check] allow"
        )
        return Finding(PERSONAL_DATA, Severity.ERROR, message, place)

    def shown(self, text: str, piece: Found) -> str:
        """What stands around a piece, with everything hidden that the policy finds."""
        hidden = self.policy.hidden(text)
        low = max(0, piece.start - _AROUND)
        high = min(piece.end, piece.start + _SHOWN) + _AROUND
        return ("…" if low else "") + hidden[low:high] + ("…" if high < len(text) else "")

    def place_in_example(self, one: PlacedExample, start: int, end: int) -> Place:
        """Of a span of the plain text, in the line as it stands there, with its annotations."""
        place, text = one.place, one.example.text
        raw = self.raw(place)
        for inset in (0, 1) if place.end else ():  # 1: in quotes
            body = raw[inset : len(raw) - inset]
            at = entity_markup.positions(body)
            if "".join(body[position] for position in at) == text:
                column = place.column + inset
                return replace(place, column=column + at[start], end=column + at[end - 1] + 1)
        return self.place_of(text[start:end], place)

    def place_of(self, secret: str, place: Place, after: int = 0) -> Place:
        """The place itself where the line has the piece written differently, or not at all."""
        at = self.raw(place).find(secret, after)
        if at < 0:
            return place
        column = (place.column if place.end else 1) + at
        return replace(place, column=column, end=column + len(secret))

    def raw(self, place: Place) -> str:
        """What stands at a place; the whole line where only that is known."""
        lines = self.lines(place.path)
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        return line[place.column - 1 : place.end - 1] if place.end else line


def _lines(dialect: Dialect, path: Path) -> list[str]:
    try:
        source = path.read_bytes()
        if path.suffix == ".jsonl":
            return split_lines(decode(source, path))
        return dialect.lines(source, path)
    except (
        OSError,
        UnicodeDecodeError,
        TrainingDataError,
    ):  # it was read before, and has changed since
        return []


def _allowed(patterns: Sequence[str]) -> Callable[[str], bool]:
    """``*`` alone is special; fnmatch takes linear time for it, whatever strangers write."""
    literal = (one.casefold().replace("[", "[[]").replace("?", "[?]") for one in patterns)
    matches = [re.compile(fnmatch.translate(one)).match for one in literal]
    return lambda found: any(match(found.casefold()) for match in matches)
