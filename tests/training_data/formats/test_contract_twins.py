"""No check of the contract is empty: for each there is a format that it rejects."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.contract import Check
from intent_al.errors import TrainingDataError
from intent_al.records import Entity, Example
from intent_al.training_data.formats import testing
from intent_al.training_data.formats.base import Format, Lost, Written, decoded, unstorable
from intent_al.training_data.placed import Place, PlacedExample, TrainingData


class Honest(Format):
    """A list of JSON a line: text, intent, entities, metadata."""

    name = "honest"
    suffixes = (".honest",)
    summary = "Lists in lines."

    def read(self, source: bytes, path: Path) -> TrainingData:
        lines = decoded(source, path).split("\n")
        return TrainingData(
            tuple(
                self.one(line, Place(path, number)) for number, line in enumerate(lines, 1) if line
            )
        )

    def one(self, line: str, place: Place) -> PlacedExample:
        try:
            text, intent, entities, metadata = json.loads(line)
            example = Example(text, intent, tuple(Entity(*one) for one in entities))
        except (ValueError, TypeError) as error:
            raise TrainingDataError(str(error), where=place.path, line=place.line) from error
        return PlacedExample(example, place, metadata)

    def write(self, examples: Sequence[PlacedExample]) -> Written:
        kept = [one for one in examples if not unstorable(one)]
        lost = [Lost(one.example, str(unstorable(one))) for one in examples if unstorable(one)]
        return Written("".join(f"{self.line(one)}\n" for one in kept).encode(), tuple(lost))

    def line(self, one: PlacedExample) -> str:
        entities = [
            [part.entity, part.start, part.end, part.value, part.role, part.group]
            for part in one.example.entities
        ]
        return json.dumps([one.example.text, one.example.intent, entities, one.metadata])


class Anonymous(Honest):
    name = "no name"


class Undotted(Honest):
    suffixes = ("honest",)


class Shouting(Honest):
    suffixes = (".HONEST",)


class Unreachable(Honest):
    suffixes = ()


class Mute(Honest):
    summary = " "


class Chatty(Honest):
    summary = "two\nlines"


class LosesEntities(Honest):
    def line(self, one):
        return super().line(replace(one, example=replace(one.example, entities=())))


class CutsNames(Honest):
    def line(self, one):
        base = one.example.intent.partition("/")[0]
        return super().line(replace(one, example=replace(one.example, intent=base)))


class Refusing(Honest):
    def write(self, examples):
        return Written(b"", tuple(Lost(one.example, "no") for one in examples))


class Distinct(Honest):
    def write(self, examples):
        return super().write(list(dict.fromkeys(examples)))


class NoRoles(Honest):
    def line(self, one):
        entities = tuple(replace(part, role=None) for part in one.example.entities)
        return super().line(replace(one, example=replace(one.example, entities=entities)))


class FirstOfOverlapping(Honest):
    def line(self, one):
        kept, behind = [], 0
        for part in sorted(one.example.entities, key=lambda entity: entity.start):
            if part.start >= behind:
                kept.append(part)
                behind = part.end
        return super().line(replace(one, example=replace(one.example, entities=tuple(kept))))


class Stripping(Honest):
    def line(self, one):
        return super().line(
            replace(one, example=replace(one.example, text=one.example.text.strip()))
        )


class Injectable(Honest):
    """A line break in a text begins another example."""

    def line(self, one):
        first, *more = one.example.text.split("\n")
        lines = [super().line(replace(one, example=Example(first, "greet")))]
        lines += [json.dumps([text, "greet", [], None]) for text in more]
        return "\n".join(lines) if more else super().line(one)


class SilentlyDropping(Honest):
    def write(self, examples):
        return replace(super().write(examples), lost=())


class BlamesAnother(Honest):
    def write(self, examples):
        written = super().write(examples)
        return replace(written, lost=(*written.lost, Lost(Example("?", "?"), "no")))


class Unreasoned(Honest):
    def write(self, examples):
        written = super().write(examples)
        return replace(written, lost=tuple(replace(one, reason="") for one in written.lost))


class LosesMetadata(Honest):
    def line(self, one):
        return super().line(replace(one, metadata=None))


class Haunted(Honest):
    def read(self, source, path):
        data = super().read(source, path)
        ghost = PlacedExample(Example("boo", "greet"), Place(path, 1))
        return data if data.examples else replace(data, examples=(ghost,))


class Complaining(Honest):
    def write(self, examples):
        written = super().write(examples)
        return written if examples else Written(b"", (Lost(Example("", ""), "nothing"),))


class FromZero(Honest):
    def one(self, line, place):
        return super().one(line, replace(place, line=place.line - 1))


class Nowhere(Honest):
    def one(self, line, place):
        return super().one(line, replace(place, path=Path()))


class Miscounting(Honest):
    """Calls itself binary, so its places are numbers of examples, but counts from the end."""

    binary = True

    def read(self, source, path):
        data = super().read(source, path)
        return replace(data, examples=data.examples[::-1])


class Dated(Honest):
    clock = itertools.count()

    def write(self, examples):
        written = super().write(examples)
        return replace(written, source=b"\n" * next(self.clock) + written.source)


class Lenient(Honest):
    def read(self, source, path):
        try:
            return super().read(source, path)
        except TrainingDataError:
            return TrainingData()


class Raw(Honest):
    def read(self, source, path):
        try:
            return super().read(source, path)
        except TrainingDataError as error:
            raise KeyError(str(error)) from error


class Placeless(Honest):
    def read(self, source, path):
        try:
            return super().read(source, path)
        except TrainingDataError as error:
            raise TrainingDataError(error.message, where=path) from error


TWINS = {
    testing.check_name_and_suffixes: (
        Anonymous,
        Undotted,
        Shouting,
        Unreachable,
        Mute,
        Chatty,
    ),
    testing.check_plain_examples_come_back: (LosesEntities, CutsNames, Refusing),
    testing.check_repeated_examples_stay_repeated: (Distinct,),
    testing.check_rich_entities_come_back_or_are_reported: (NoRoles, FirstOfOverlapping),
    testing.check_hostile_texts_come_back_or_are_reported: (
        Stripping,
        Injectable,
        SilentlyDropping,
    ),
    testing.check_each_loss_is_an_example_with_a_reason: (BlamesAnother, Unreasoned),
    testing.check_metadata_comes_back_or_is_reported: (LosesMetadata,),
    testing.check_nothing_is_a_file_of_nothing: (Haunted, Complaining),
    testing.check_places_lead_to_the_examples: (FromZero, Nowhere, Miscounting),
    testing.check_same_examples_same_bytes: (Dated,),
    testing.check_garbage_is_refused: (Lenient,),
    testing.check_broken_files_are_explained: (Raw, Placeless),
}


def test_every_check_has_a_twin() -> None:
    assert set(TWINS) == set(testing.CHECKS)


@pytest.mark.parametrize("check", testing.CHECKS, ids=lambda check: check.__name__)
def test_honest_format_passes(check: Check) -> None:
    check(Honest())


@pytest.mark.parametrize(
    ("check", "twin"),
    [(check, twin) for check, twins in TWINS.items() for twin in twins],
    ids=lambda value: value.__name__,
)
def test_broken_twin_is_rejected(check: Check, twin: type[Format]) -> None:
    with pytest.raises(AssertionError):
        check(twin())
