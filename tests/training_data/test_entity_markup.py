"""The inline notation: what Rasa reads from a line, and what survives being written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intent_al.records import Entity
from intent_al.training_data.entity_markup import MarkupError, normal, parse, render

READ = [
    ("no markup", "no markup", ()),
    ("to [Berlin](city)", "to Berlin", (Entity("city", 3, 9),)),
    ("[LA](city:Los Angeles)!", "LA!", (Entity("city", 0, 2, "Los Angeles"),)),
    ("[a](b:a)", "a", (Entity("b", 0, 1),)),
    (
        '[SF]{"entity":"city","role":"to","group":"1","value":"San Francisco"} now',
        "SF now",
        (Entity("city", 0, 2, "San Francisco", "to", "1"),),
    ),
    ('[two]{"entity": "n", "value": 2}', "two", (Entity("n", 0, 3, "2"),)),
    ('[a]{"entity": "x", "role": ""}', "a", (Entity("x", 0, 1),)),
    (
        '[a b][{"entity":"x"},{"entity":"y","role":"r"}] c',
        "a b c",
        (Entity("x", 0, 3), Entity("y", 0, 3, role="r")),
    ),
    ("[foo][bar] [y](z)", "foo y", (Entity("z", 4, 5),)),
    ("[ a ]( b ) [] () [x]()", " a  [] () [x]()", (Entity(" b ", 0, 3),)),
    ("[[a](b)](c)", "[a](c)", (Entity("b", 0, 2),)),
    ("[a] (b) [c]\\(d)", "[a] (b) [c]\\(d)", ()),
]


@pytest.mark.parametrize(("line", "text", "entities"), READ)
def test_reads_what_rasa_reads(line: str, text: str, entities: tuple[Entity, ...]) -> None:
    assert parse(line) == (text, entities)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("[foo]{bar}", "no valid entity annotation"),
        ('[foo]{"role": "x"}', "names no entity"),
        ('[foo]{"entity": 1}', '"entity"'),
        ('[foo]{"entity": "a", "role": 1}', '"role"'),
        ('[foo]{"entity": "a", "value": true}', '"value"'),
        ('[foo][{"entity": "a"}, {oops}]', "no valid entity annotation"),
    ],
)
def test_what_makes_a_file_unreadable_is_an_error(line: str, word: str) -> None:
    with pytest.raises(MarkupError, match=word):
        parse(line)


def test_the_short_form_is_used_where_it_suffices() -> None:
    assert render("to Berlin", [Entity("city", 3, 9)]) == "to [Berlin](city)"
    assert render("LA", [Entity("city", 0, 2, "x")]) == '[LA]{"entity": "city", "value": "x"}'
    assert render("é", [Entity("a:b", 0, 1)]) == '[é]{"entity": "a:b"}'


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("[x](y)", ()),
        ("see [it", (Entity("a", 5, 7),)),
        ("a]b", (Entity("e", 0, 3),)),
        ("ab", (Entity("e", 0, 1, "}"),)),
        ("abc", (Entity("e", 0, 2), Entity("e", 1, 3))),
        ("abc", (Entity("e", 1, 4),)),
        ("abc", (Entity("", 0, 1),)),
    ],
)
def test_what_no_notation_can_hold_is_refused(text: str, entities: tuple[Entity, ...]) -> None:
    with pytest.raises(MarkupError):
        render(text, entities)


_names = st.text(st.sampled_from('aé:)}"\\ ]['), max_size=3)


@st.composite
def _annotated(draw: st.DrawFn) -> tuple[str, list[Entity]]:
    text = draw(st.text(st.sampled_from('ab []()<>{}":éß😀'), min_size=1, max_size=12))
    entities = []
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text) - 1))
        optional = st.one_of(st.none(), _names)
        entities.append(
            Entity(
                draw(_names),
                start,
                draw(st.integers(start + 1, len(text))),
                draw(optional),
                draw(optional),
                draw(optional),
            )
        )
    return text, entities


@given(_annotated())
def test_what_is_rendered_is_read_back(case: tuple[str, list[Entity]]) -> None:
    text, entities = case
    try:
        line = render(text, entities)
    except MarkupError:
        return
    ordered = sorted(entities, key=lambda entity: (entity.start, entity.end))
    assert parse(line) == (text, tuple(normal(text, entity) for entity in ordered))


@given(st.text(st.sampled_from("ab [](){}:,\"'entity"), max_size=30))
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        text, entities = parse(line)
    except MarkupError:
        return
    assert all(0 <= entity.start < entity.end <= len(text) for entity in entities)
