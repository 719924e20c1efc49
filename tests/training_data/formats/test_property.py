"""Random examples with hostile texts: they come back from every format, or are reported."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intent_al.records import Entity, Example
from intent_al.training_data.entity_markup import normal
from intent_al.training_data.formats import Format, format_named
from intent_al.training_data.formats.testing import FILE, found, meaning
from intent_al.training_data.placed import Place, PlacedExample
from tests.support.rasa_data.generated import additions, cases
from tests.training_data.formats.writers import every_format

pytestmark = pytest.mark.slow

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

metadata = st.one_of(
    st.none(), st.none(), st.sampled_from(('{"example": "x"}', '"=1"', "[1, 2.5]", '"\\u0000"'))
)


@st.composite
def asked(draw: st.DrawFn) -> PlacedExample:
    example = draw(additions())
    start = draw(st.sampled_from(("", "", "=", "'", "'=", "''", "\ufeff", "\n", "－", '"', ";=")))
    entities = tuple(
        Entity(
            one.entity, one.start + len(start), one.end + len(start), one.value, one.role, one.group
        )
        for one in example.entities
    )
    moved = Example(start + example.text, example.intent, entities)
    return PlacedExample(moved, Place(Path("x"), 1), draw(metadata))


def exact(one: PlacedExample) -> tuple[Example, str | None]:
    example = one.example
    entities = tuple(normal(example.text, entity) for entity in example.entities)
    return Example(example.text, example.intent, entities), one.metadata


@pytest.mark.parametrize("name", ["jsonl", "delimited"])
@cases
@given(st.lists(asked(), max_size=6))
def test_everything_comes_back_exactly_and_in_order(
    name: str, examples: list[PlacedExample]
) -> None:
    form = format_named(name)
    written = form.write(examples)
    lost = Counter(one.example for one in written.lost)
    kept = [one for one in examples if not lost[one.example]]
    assert [exact(one) for one in form.read(written.source, FILE).examples] == [
        exact(one) for one in kept
    ]
    for one in written.lost:
        whole = repr(one.example)
        assert "\\ud8" in whole or (name == "delimited" and "\\x00" in whole), one


@cases
@given(st.lists(asked(), max_size=6))
def test_no_cell_is_a_formula(examples: list[PlacedExample]) -> None:
    source = format_named("delimited").write(examples).source.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(source, newline="")):
        assert not any(cell.startswith(FORMULA) for cell in row), row


@cases
@given(st.lists(asked(), max_size=6))
def test_no_line_of_json_is_two_or_steers_a_terminal(examples: list[PlacedExample]) -> None:
    written = format_named("jsonl").write(examples)
    text = written.source.decode("utf-8")
    assert len(text.splitlines()) == len(examples) - len(written.lost)
    assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in text.replace("\n", ""))


@pytest.mark.parametrize("form", every_format(), ids=lambda form: form.name)
@cases
@given(st.lists(asked(), max_size=6))
def test_nothing_is_lost_in_silence_or_made_up(form: Format, examples: list[PlacedExample]) -> None:
    written = form.write(examples)
    back = found(form.read(written.source, FILE))
    wanted = Counter(meaning(one.example) for one in examples)
    lost = Counter(meaning(one.example) for one in written.lost)
    assert not back - wanted
    assert not wanted - back - lost


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ("''@x", "'''@x"),
        ("-5 euro", "'-5 euro"),
        ("＝1", "'＝1"),
        ("'tis", "'tis"),
        ("''", "''"),
        ("a=1", "a=1"),
    ],
)
def test_apostrophes_are_put_before_formulas_and_nothing_else(text: str, cell: str) -> None:
    form = format_named("delimited")
    source = form.write([PlacedExample(Example(text, "greet"), Place(Path("x"), 1))]).source
    assert list(csv.reader(io.StringIO(source.decode("utf-8-sig"))))[1][0] == cell
    assert form.read(source, FILE).examples[0].example.text == text
