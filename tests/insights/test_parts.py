"""The parts of insights that are arithmetic, by cases that a person can check."""

from __future__ import annotations

import numpy as np
import pytest

from intent_al.insights.conversations import COMPLAINT, FALLBACK, HANDOVER, REPETITION, read
from intent_al.insights.naming import count_words, suggest
from intent_al.insights.questions import merge_spellings
from intent_al.insights.stopping import bound, fit, wilson
from intent_al.insights.trend import trend
from intent_al.store.insights import Happened
from intent_al.store.utterances import Spoken
from intent_al.strategies.linkage import average_linkage


def user(
    text: str, *, name: str = "greet", fallback: bool = False, denied: bool = False
) -> Happened:
    return Happened(7, 1.0, "user", name, text, fallback, denied)


def bot(text: str) -> Happened:
    return Happened(7, 1.0, "bot", None, text, False, False)


def action(name: str) -> Happened:
    return Happened(7, 1.0, "action", name, None, False, False)


def test_a_conversation_without_trouble_has_no_signal() -> None:
    events = [user("hello you"), bot("Hi!"), user("where is it"), bot("Here.")]
    found = read([*events, *2 * [user("yes")], *2 * [user("thanks 👍")]])
    assert found.signals == {}
    assert found.turns == 6


@pytest.mark.parametrize(
    ("events", "signal"),
    [
        ([user("foo bar"), user("mumble", fallback=True)], FALLBACK),
        ([user("foo bar"), action("action_default_fallback")], FALLBACK),
        ([user("foo bar"), user("no it is not", denied=True)], COMPLAINT),
        ([user("foo bar"), action("action_human_handoff")], HANDOVER),
        ([user("foo bar"), user("let me talk", name="human_handover")], HANDOVER),
        ([user("where is it"), bot("Soon."), user("Where is it??")], REPETITION),
        ([user("where is it"), bot("Sorry?"), user("the parcel"), bot("Sorry?")], REPETITION),
    ],
)
def test_trouble_is_told_by_what_was_done(events: list[Happened], signal: str) -> None:
    assert read(events).signals == {signal: 1}


def test_what_was_said_first_is_what_a_person_typed() -> None:
    found = read(
        [user("where is it"), user("/restart", fallback=True), user("again", fallback=True)]
    )
    assert found.first == "where is it"
    assert found.signals == {FALLBACK: 2}


def test_a_trend_is_more_than_chance() -> None:
    assert trend((1, 2, 3, 12, 14, 15)) == "rising"
    assert trend((12, 14, 15, 1, 2, 3)) == "falling"
    assert trend((3, 5, 4, 5, 4, 6)) == "steady"
    assert trend(()) == "steady"


def test_a_name_is_made_of_words_of_the_group_and_of_nobody_else() -> None:
    group = ["can i pay by bitcoin", "the bitcoin wallet", "pay from my bitcoin wallet"]
    others = [
        "can i pay",
        "i want to pay by card",
        "my card",
        "the order",
        "can i have it",
        "my my",
    ]
    words = count_words([*group, *others])
    assert suggest(group, words, 9, set()) == "bitcoin_wallet"
    assert suggest(group, words, 9, {"bitcoin_wallet"}) == "bitcoin_wallet_2"
    assert suggest(["12 34", "?!"], words, 9, set()) == "new_intent"


def test_groups_are_no_chains() -> None:
    angles = np.radians([0, 20, 40, 60, 80])
    chain = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert len(set(average_linkage(chain, 0.1, "distance").tolist())) > 1
    assert len(set(average_linkage(chain[:2], 0.1, "distance").tolist())) == 1
    assert average_linkage(chain[:1], 0.1, "distance").tolist() == [1]


def test_the_bound_is_said_only_where_it_says_something() -> None:
    assert bound(0.99) == pytest.approx(0.0404, abs=1e-4)
    assert bound(0.85) is None
    assert bound(0.0) is None


def test_wilsons_interval_of_a_few_items() -> None:
    found = wilson(10, 10)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.722, abs=1e-3), pytest.approx(1.0))
    assert wilson(0, 0) is None


def test_the_fitted_curve_is_the_curve() -> None:
    examples = np.array([100, 200, 400], dtype=np.float32)
    a, b = fit(examples, (1 - 2 * examples**-0.5).astype(np.float32))
    assert (a, b) == (pytest.approx(2, rel=1e-3), pytest.approx(0.5, rel=1e-3))
    a, b = fit(examples, np.array([0.9, 0.8, 0.7], dtype=np.float32))
    assert b == 0


def test_spellings_of_what_is_asked_most_are_one() -> None:
    said = [
        Spoken(1, "hi", 20, 20),
        Spoken(2, "where is it", 9, 9),
        Spoken(3, "Thank you!", 7, 6),
        Spoken(4, "thank  you", 5, 5),
        Spoken(5, "thanks 👍", 30, 30),
        Spoken(6, "👍🏽👏 12 34", 30, 30),
    ]
    merged = merge_spellings(said, 2)
    assert merged == [Spoken(3, "Thank you!", 12, 11), Spoken(2, "where is it", 9, 9)]
    assert merge_spellings(said, 1) == merged[:1]
