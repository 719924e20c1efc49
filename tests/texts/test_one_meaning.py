"""Whoever compares texts means the same by it: all agree about any two spellings of one text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from hypothesis import assume, given

from intent_al.records import Example
from intent_al.stages.select.screen import BatchScreen
from intent_al.store.queue import Candidate
from intent_al.texts import ngrams
from intent_al.texts.near import NearIndex
from intent_al.texts.normal_form import count_words, normal_form
from intent_al.training_data.lint import Inputs, lint
from intent_al.training_data.lint.held_out import FEWEST_WORDS
from intent_al.training_data.lint.rules import RULES
from intent_al.training_data.placed import Place, PlacedExample, TrainingData
from intent_al.web.training_index import Facts
from tests.support import odd_texts
from tests.support.planning import RASA

TWO_INTENTS = {"same-text-two-intents", "near-text-two-intents"}
IN_TEST = {"test-in-training", "test-near-training"}


def placed(text: str, intent: str, line: int) -> PlacedExample:
    return PlacedExample(Example(text, intent), Place(Path("nlu.yml"), line))


def turned_away(text: str, *, judged_by: list[str], asked: list[str]) -> Counter[str]:
    """By the screen of select: why it was."""
    left_out = Counter[str]()
    screen = BatchScreen(
        [Candidate(1, text, 1, 1)],
        ngrams.encode(judged_by),
        ngrams.encode(asked),
        {},
        per_sender=5,
        left_out=left_out,
    )
    screen.offer(np.array([0]), np.array([1.0], dtype=np.float32), 1)
    return left_out


def lint_finds(text: str, other: str, *, test: bool) -> set[str]:
    examples = (placed(text, "a", 1),) if test else (placed(text, "a", 1), placed(other, "b", 2))
    tests = (placed(other, "b", 1),) if test else ()
    inputs = Inputs(RASA, TrainingData(examples=examples), None, tests)
    return {finding.rule for finding in lint(inputs, RULES)}


def are_one_text(one: str, other: str) -> set[bool]:
    """What each who compares texts says; of one text, always yes."""
    return {
        bool(turned_away(one, judged_by=[other], asked=[])),
        bool(turned_away(one, judged_by=[], asked=[other])),
        bool(ngrams.are_copies(ngrams.encode([one]), ngrams.encode([other]))[0]),
        any(not near.is_typo for near in NearIndex([(other, "a")]).of(one)),
        bool(lint_finds(one, other, test=False) & TWO_INTENTS),
        Facts([Example(other, "a")]).standing_as(one) == ["a"],
        Facts([Example(other, "a")]).nearest(one, ["a"]) == {"a": []},
    }


@given(odd_texts.spellings())
def test_all_agree_about_two_spellings(pair: tuple[str, str]) -> None:
    one, other = pair
    assert normal_form(one) == normal_form(other)
    assert are_one_text(one, other) == {True}
    if count_words(normal_form(one)) >= FEWEST_WORDS:
        assert lint_finds(one, other, test=True) & IN_TEST


@given(odd_texts.texts)
def test_all_agree_that_a_text_is_itself_and_its_normal_form(text: str) -> None:
    assume(text)
    assert are_one_text(text, text) == {True}
    assert are_one_text(text, normal_form(text) or "\u200b") == {True}


def test_all_agree_that_no_is_not_yes() -> None:
    for one, other in (
        ("👍", "👎"),
        ("是", "不是"),
        ("?", "!"),
        ("1\ufe0f\u20e3", "2\ufe0f\u20e3"),
    ):
        assert are_one_text(one, other) == {False}
