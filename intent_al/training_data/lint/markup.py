"""Annotations that contradict each other: the model unlearns in one place what another teaches.

Words that are entities in one intent are often plain words in others, and that is how it should be.
So only what the same intent annotates elsewhere is told.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from intent_al.training_data.lint import Inputs
from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.lint.wording import listed, quoted
from intent_al.training_data.placed import Place, PlacedExample

MISSING, TWO_NAMES = "entity-not-annotated", "entity-two-names"
FEWEST = 2
"""Annotations of a surface in an intent, from which a plain one is worth a question."""

_WORDS = re.compile(r"\w+(?:[-'\u2019.]\w+)*")
_SHOWN = 3

Words = tuple[str, ...]


@dataclass(slots=True)
class _Surface:
    """One sequence of words: where it is annotated, and where it is plain text."""

    names: Counter[str] = field(default_factory=Counter)
    annotated: defaultdict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    plain: list[tuple[PlacedExample, int, int]] = field(default_factory=list)

    @property
    def is_mostly_annotated(self) -> bool:
        return self.names.total() > len(self.plain)


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str


def not_annotated(inputs: Inputs) -> Iterator[Finding]:
    """A surface that is an entity in most places and, in an intent that annotates it, once not."""
    for surface in _surfaces(inputs).values():
        if not surface.is_mostly_annotated:
            continue
        for one, start, end in surface.plain:
            same = surface.annotated.get(one.example.intent, ())
            if len(same) < FEWEST:
                continue
            shown = one.example.text[start:end]
            message = (
                f"{quoted(shown)} is {listed(surface.names)} in {len(same)} other examples of "
                f"{one.example.intent} and plain text here; annotate it, or the model learns both"
            )
            yield Finding(
                MISSING,
                Severity.WARNING,
                message,
                one.place_of(start, end),
                tuple(same[:_SHOWN]),
                about=f"{shown} in {one.example.text}",
            )


def two_names(inputs: Inputs) -> Iterator[Finding]:
    """The same words between the same words, in one intent, as two entities."""
    seen: dict[tuple[str, str, str, str], dict[str, Place]] = {}
    for one in _distinct(inputs):
        if not one.example.entities:
            continue
        text, tokens = one.example.text, _tokens(one.example.text)
        for entity in one.example.entities:
            before = next((t.word for t in reversed(tokens) if t.end <= entity.start), "")
            after = next((t.word for t in tokens if t.start >= entity.end), "")
            surface = text[entity.start : entity.end]
            key = (one.example.intent, before, surface.casefold(), after)
            place = one.place_of(entity.start, entity.end)
            known = seen.setdefault(key, {})
            others = {name: where for name, where in known.items() if where != place}
            if others and entity.entity not in known:
                message = (
                    f"{quoted(surface)} is {entity.entity} here and {listed(others)} between the "
                    f"same words of another example of {one.example.intent}; use one name"
                )
                related = tuple(others.values())
                yield Finding(
                    TWO_NAMES, Severity.WARNING, message, place, related, f"{surface} in {text}"
                )
            known.setdefault(entity.entity, place)


def _surfaces(inputs: Inputs) -> dict[Words, _Surface]:
    examples = _distinct(inputs)
    found: defaultdict[Words, _Surface] = defaultdict(_Surface)
    for one in examples:
        if not one.example.entities:
            continue
        starts, ends, tokens = _boundaries(one.example.text)
        for entity in one.example.entities:
            if entity.start in starts and entity.end in ends:
                first = starts[entity.start]
                surface = found[_words(tokens, first, ends[entity.end] + 1 - first)]
                surface.names[entity.entity] += 1
                surface.annotated[one.example.intent].append(one.place_of(entity.start, entity.end))
    often = {
        words: surface
        for words, surface in found.items()
        if any(len(places) >= FEWEST for places in surface.annotated.values())
    }
    if often:
        _add_plain(often, examples)
    return often


def _add_plain(surfaces: dict[Words, _Surface], examples: Sequence[PlacedExample]) -> None:
    """Everything outside of annotations that is one of the surfaces; the longest one counts."""
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for words in surfaces:
        lengths[words[0]].add(len(words))
    longest_first = {word: sorted(sizes, reverse=True) for word, sizes in lengths.items()}
    for one in examples:
        tokens = _tokens(one.example.text)
        at = 0
        while at < len(tokens):
            size = next(
                (
                    size
                    for size in longest_first.get(tokens[at].word, ())
                    if _words(tokens, at, size) in surfaces and _is_plain(one, tokens, at, size)
                ),
                0,
            )
            if size:
                span = (tokens[at].start, tokens[at + size - 1].end)
                surfaces[_words(tokens, at, size)].plain.append((one, *span))
            at += size or 1


def _words(tokens: Sequence[_Token], at: int, size: int) -> Words:
    return tuple(token.word for token in tokens[at : at + size])


def _is_plain(one: PlacedExample, tokens: Sequence[_Token], at: int, size: int) -> bool:
    """Whether so many words are left, and none of them is in an annotation."""
    if at + size > len(tokens):
        return False
    start, end = tokens[at].start, tokens[at + size - 1].end
    return not any(each.start < end and start < each.end for each in one.example.entities)


def _distinct(inputs: Inputs) -> list[PlacedExample]:
    """Each example once, however often it stands there."""
    first: dict[object, PlacedExample] = {}
    for one in inputs.data.examples:
        first.setdefault(one.example, one)
    return list(first.values())


def _boundaries(text: str) -> tuple[dict[int, int], dict[int, int], list[_Token]]:
    tokens = _tokens(text)
    starts = {token.start: number for number, token in enumerate(tokens)}
    return starts, {token.end: number for number, token in enumerate(tokens)}, tokens


def _tokens(text: str) -> list[_Token]:
    return [_Token(*match.span(), match[0].casefold()) for match in _WORDS.finditer(text)]
