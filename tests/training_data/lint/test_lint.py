"""Every rule finds its fault at the right place, says what to do, and stays silent otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from intent_al.records import Example
from intent_al.training_data import lint
from intent_al.training_data.lint.findings import Finding
from intent_al.training_data.lint.rules import RULES
from intent_al.training_data.placed import Place, PlacedExample
from tests.support.planning import RASA

Lint = Callable[..., list[Finding]]


@pytest.fixture
def found(tmp_path: Path) -> Lint:
    def run(
        nlu: str,
        domain: str | None = None,
        tests: Sequence[Example] = (),
        decisions: Sequence[Example] = (),
    ) -> list[Finding]:
        data = tmp_path / "nlu.yml"
        data.write_text("nlu:\n" + nlu, encoding="utf-8")
        domains = []
        if domain is not None:
            domains = [tmp_path / "domain.yml"]
            domains[0].write_text(domain, encoding="utf-8")
        placed = [PlacedExample(one, Place(tmp_path / "test.jsonl", 7)) for one in tests]
        inputs = lint.load(RASA, [data], domains, placed)
        return lint.lint(replace(inputs, decisions=tuple(decisions)), RULES)

    return run


def intents(**examples: str) -> str:
    return "".join(
        f"- intent: {name.replace('__', '/')}\n  examples: |\n"
        + "".join(f"    - {line}\n" for line in lines.split("\n"))
        for name, lines in examples.items()
    )


def one(findings: list[Finding], rule: str) -> Finding:
    (finding,) = (each for each in findings if each.rule == rule)
    return finding


def rules_of(findings: list[Finding]) -> set[str]:
    return {each.rule for each in findings}


def test_a_clean_file_is_left_alone(found: Lint) -> None:
    assert found(intents(greet="hello\ngood day", bye="goodbye")) == []


def test_names_are_unique_and_severities_are_those_of_the_rules(found: Lint) -> None:
    severity = {rule.name: rule.severity for rule in RULES}
    assert len(severity) == len(RULES)
    everything = intents(
        greet="hi\nhi\nHello", bye="hi\nhello", book="to [Rome](city)\nvia [Rome](city)\nRome"
    )
    domain = "intents: [greet, lost]\n"
    tests = [Example("to Rome", "book"), Example("via Rome!", "book")]
    findings = found(everything, domain, tests, [Example("hello", "book")])
    assert all(each.severity is severity[each.rule] for each in findings)


def test_one_text_under_two_intents(found: Lint) -> None:
    finding = one(
        found(intents(greet="hello\n[hi](word) there", bye="see you\nhi there")),
        "same-text-two-intents",
    )
    assert (finding.place.line, finding.place.column, finding.place.end) == (9, 7, 15)
    assert [place.line for place in finding.related] == [5]
    assert "'hi there' stands under greet and bye" in finding.message


def test_the_seldom_place_of_a_text_is_the_wrong_one(found: Lint) -> None:
    finding = one(found(intents(bye="hi", greet="hi\n[hi](word)")), "same-text-two-intents")
    assert finding.place.line == 4
    assert len(finding.related) == 2


@pytest.mark.parametrize(
    ("first", "second", "how"),
    [
        ("Where is it?", "where is it", "is nearly"),
        ("room 12", "room 9", "is nearly"),
        ("where's my refund", "wheres my refnd", "is one typo away from"),
        ("a refund please", "a refnd please", "is one typo away from"),
        ("resend it please", "resned it please", "is one typo away from"),
        ("you lose", "you lost", None),
        ("👍", "👎", None),
        ("?", "!", None),
    ],
)
def test_nearly_one_text_under_two_intents(
    first: str, second: str, how: str | None, found: Lint
) -> None:
    findings = found(intents(first=first, second=second))
    if how is None:
        assert findings == []
        return
    finding = one(findings, "near-text-two-intents")
    assert finding.place.line == 7
    assert [place.line for place in finding.related] == [4]
    assert how in finding.message


def test_each_near_pair_is_told_once_where_it_is_odd(found: Lint) -> None:
    findings = found(intents(odd="where is it", many="Where is it?\nWHERE IS IT"))
    assert one(findings, "near-text-two-intents").place.line == 4
    chain = found(intents(a="our secret\nour secrett", b="our secet"))
    assert {each.place.line for each in chain} == {8}


def test_near_texts_of_one_intent_are_fine(found: Lint) -> None:
    assert found(intents(track="where is it\nWhere is it?\nshipment\nshipmet")) == []


def test_order_numbers_by_the_thousand_take_no_time(found: Lint) -> None:
    findings = found(
        intents(
            inform="\n".join(f"CK-{number}" for number in range(3_000)),
            track="\n".join(f"ck {number}" for number in range(3_000)),
        )
    )
    assert len(findings) == 3_000
    assert all(len(each.related) <= 10 for each in findings)


def test_repeated_examples(found: Lint) -> None:
    finding = one(found(intents(greet="hi\nhello\nhi")), "duplicate-example")
    assert finding.place.line == 6
    assert [place.line for place in finding.related] == [4]


def test_other_annotations_or_metadata_are_no_repetition(found: Lint) -> None:
    assert found(intents(greet="hi you\nhi [you](who)")) == []
    text = "    - text: hi\n      metadata: {a: 1}\n    - text: hi\n"
    assert found(f"- intent: greet\n  examples:\n{text}") == []


DOMAIN = """
intents: [greet, faq, silent]
entities:
- city:
    roles: [from]
- plain
"""


def test_an_intent_that_the_domain_lacks(found: Lint) -> None:
    data = intents(greet="hi", faq__hours="when", nlu_fallback="xyzzy") + intents(gret="hi you")
    finding = one(found(data + intents(gret="hi all"), DOMAIN), "intent-not-in-domain")
    assert (finding.place.line, finding.place.column, finding.place.end) == (11, 11, 15)
    assert [place.line for place in finding.related] == [14]
    assert "did you mean 'greet'?" in finding.message


def test_without_a_domain_nothing_is_said_of_it(found: Lint) -> None:
    assert found(intents(greet="go to [Rome](town)")) == []


def test_an_intent_without_examples(found: Lint) -> None:
    finding = one(found(intents(greet="hi", faq__hours="when"), DOMAIN), "intent-without-examples")
    assert finding.place.path.name == "domain.yml"
    assert "'silent'" in finding.message


def test_entities_and_roles_that_the_domain_lacks(found: Lint) -> None:
    data = intents(
        greet='from [Rome]{"entity": "city", "role": "from"} [to](way)\n'
        'to [Oslo]{"entity": "city", "role": "to"}\n'
        'also [Bari]{"entity": "city", "group": "1"} [Bari](plain)',
    )
    findings = [each for each in found(data, DOMAIN) if each.severity.value == "warning"]
    assert [(each.rule, each.place.line, each.place.column) for each in findings] == [
        ("entity-not-in-domain", 4, 54),
        ("role-not-in-domain", 5, 11),
        ("role-not-in-domain", 6, 13),
    ]
    assert "the group '1' of the entity city" in findings[2].message


def test_half_a_domain_makes_nothing_look_missing(found: Lint) -> None:
    assert rules_of(found(intents(other="hi"), "intents: {}\n")) == {"unreadable"}


CITIES = "fly to [Rome](city)\nto [Oslo](city) and [Rome](city)"


def test_a_word_that_is_annotated_elsewhere_in_the_intent(found: Lint) -> None:
    finding = one(found(intents(book=f"{CITIES}\n[from](way) rome, now")), "entity-not-annotated")
    assert (finding.place.line, finding.place.column, finding.place.end) == (6, 19, 23)
    assert [(place.line, place.column) for place in finding.related] == [(4, 15), (5, 28)]
    assert "'rome' is city in 2 other examples of book" in finding.message


@pytest.mark.parametrize(
    "more",
    [
        {"book": f"{CITIES}\nfly to Romeo"},
        {"book": f"{CITIES}\nfly to Rome-Fiumicino"},
        {"book": f"{CITIES}\nfly to [Rome by night](offer)"},
        {"book": f"{CITIES}\nfly to Oslo"},
        {"book": CITIES, "history": "who burnt Rome"},
        {"book": f"{CITIES}\nRome now\nsee Rome"},
    ],
    ids=["part of a word", "compound", "inside another", "seldom", "other intent", "mostly plain"],
)
def test_a_plain_word_is_often_right(more: dict[str, str], found: Lint) -> None:
    assert found(intents(**more)) == []


def test_quoted_texts_have_their_columns(found: Lint) -> None:
    texts = '    - text: "a [big](size) dog"\n    - text: [big](size)\n'.replace("[big](size)\n",
        "'[big](size) cat'\n")  # fmt: skip
    data = f"- intent: pets\n  examples:\n{texts}    - text: big fish\n"
    finding = one(found(data), "entity-not-annotated")
    assert (finding.place.line, finding.place.column, finding.place.end) == (6, 13, 16)
    assert [(place.column, place.end) for place in finding.related] == [(17, 20), (15, 18)]


def test_one_word_as_two_entities_in_one_context(found: Lint) -> None:
    data = intents(
        book="fly to [Rome](city) now\nmust get to [rome](town) now\nin [Rome](place) now",
        other="fly to [Rome](planet) now",
    )
    finding = one(found(data), "entity-two-names")
    assert (finding.place.line, finding.place.column) == (5, 20)
    assert [place.line for place in finding.related] == [4]


def test_two_entities_of_one_span_are_meant(found: Lint) -> None:
    assert found(intents(a='[x y][{"entity": "m"}, {"entity": "n"}] now')) == []


def test_test_texts_in_the_training_data(found: Lint) -> None:
    tests = [Example("where is my order", "a"), Example("hi", "a"), Example("ok", "a")]
    findings = found(intents(a="where is my order\nhi\nWhere is my order?", b="ok"), None, tests)
    assert [(each.rule, each.place.line) for each in findings] == [
        ("test-in-training", 4),
        ("test-in-training", 9),
        ("test-near-training", 6),
    ]
    assert all(place.line == 7 for each in findings for place in each.related)
    assert "there under a" in findings[1].message


def test_a_test_file_that_is_training_data_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "nlu.yml"
    path.write_text("nlu:\n" + intents(a="where is my order\nfar and away now"))
    tests = lint.load(RASA, [path]).data.examples
    (finding,) = lint.lint(lint.load(RASA, [path], [], tests), RULES)
    assert (finding.rule, finding.place.line) == ("test-in-training", 1)


def test_decisions_against_examples(found: Lint) -> None:
    decisions = [Example("Cancel it", "b"), Example("stop it", "a"), Example("go on", "c")]
    findings = found(intents(a="cancel it\nstop it\ngo on"), None, (), decisions)
    assert [(each.rule, each.place.line) for each in findings] == [
        ("decision-contradicts", 4),
        ("decision-contradicts", 6),
    ]
    assert "decided that 'Cancel it' is b" in findings[0].message
    assert "decided that it is c" in findings[1].message


def test_what_rasa_skips_and_overrules(found: Lint) -> None:
    data = (
        "- intent: a\n  examples: |\n    - hi\n    # no comment\n    - to [LA](city:Los Angeles)\n"
        "- synonym: Lower Austria\n  examples: |\n    - LA\n"
    )
    findings = found(data)
    assert [(each.rule, each.place.line) for each in findings] == [
        ("skipped-line", 5),
        ("synonym-overruled", 9),
    ]


def test_a_broken_file_hides_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("nlu:\n- intent: x\n  example: |\n    - hi\n")
    (tmp_path / "b.yml").write_text("nlu:\n" + intents(a="hi", b="hi"))
    findings = lint.lint(lint.load(RASA, [tmp_path]), RULES)
    assert rules_of(findings) == {"unreadable", "same-text-two-intents"}
    assert lint.lint(lint.load(RASA, [tmp_path]), RULES, off=rules_of(findings)) == []


def test_places_are_in_characters_and_right(tmp_path: Path) -> None:
    path = tmp_path / "nlu.yml"
    path.write_text("nlu:\n" + intents(a="😂 é hi", b="x\n😂 é hi"), encoding="utf-8")
    (finding,) = lint.lint(lint.load(RASA, [path]), RULES)
    lines = path.read_text(encoding="utf-8").splitlines()
    for place in (finding.place, *finding.related):
        assert lines[place.line - 1][place.column - 1 : place.end - 1] == "😂 é hi"
