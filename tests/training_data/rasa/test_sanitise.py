"""Hostile texts are cleaned or refused with a reason, and spans move along."""

from __future__ import annotations

import pytest
from hypothesis import given

from intent_al.records import Entity, Example
from intent_al.training_data.dialects.rasa.sanitise import (
    clean,
    clean_example,
    intent_refusal,
    refusal,
)
from tests.support.rasa_data.generated import additions, cases, hostile_texts


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  a \t b\r\nc\u2028d\u2029e\x85f\x00g\x1bh\x7fi\x9fj ", "a b c d e f g h i j"),
        ("e\u0301", "é"),
        ("\ufeffhi\ufffe", "hi"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("- ${HOME} # |", "- ${HOME} # |"),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[foo](bar)", "entity annotation"),
        ("[foo]{bar}", "entity annotation"),
        ("[foo][bar]", "entity annotation"),
        ("half \ud83d", "lone surrogate"),
        ("  \xa0", "nothing but spaces"),
        ("", "nothing but spaces"),
        ("/greet", "'/'"),
        ("C:\\Users", "Rasa decodes"),
        ("\\u00e9", "Rasa decodes"),
    ],
)
def test_what_cannot_be_cleaned_is_refused_in_words(text: str, reason: str) -> None:
    assert reason in (refusal(text) or "")


@pytest.mark.parametrize("text", ["[foo] bar (baz)", "a: b", "${HOME}", "-x", "---", "'\"", "#"])
def test_harmless_texts_are_accepted(text: str) -> None:
    assert refusal(text) is None


@pytest.mark.parametrize("intent", ["", "a/b/c", "/a", "a/", " a", "a\nb", "\ud800", "\\u12"])
def test_names_that_are_no_intents(intent: str) -> None:
    assert intent_refusal(intent)


def test_spans_move_with_the_text() -> None:
    example = Example("\t fly  to\nNew\u2028York !", "book", (Entity("city", 10, 18, role="to"),))
    assert clean_example(example) == Example(
        "fly to New York !", "book", (Entity("city", 7, 15, role="to"),)
    )


def test_a_span_keeps_no_outer_spaces() -> None:
    example = Example("to Rome now", "book", (Entity("city", 2, 8),))
    assert clean_example(example).entities == (Entity("city", 3, 7),)


def test_a_span_cut_through_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="cut through"):
        clean_example(Example("cafe\u0301", "x", (Entity("place", 0, 4),)))


@cases
@given(hostile_texts)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@cases
@given(additions())
def test_every_span_still_covers_its_cleaned_text(asked: Example) -> None:
    try:
        example = clean_example(asked)
    except ValueError:
        return
    for before, after in zip(asked.entities, example.entities, strict=True):
        covered = example.text[after.start : after.end]
        assert covered == clean(asked.text[before.start : before.end])
