"""Whatever a team has written so far is a bot: the model trains on it and means what it says."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intent_al.nlu.intents import IntentModel

pytestmark = pytest.mark.slow

Bot = list[tuple[str, str]]

VERBS = ("open", "close", "raise", "lower", "stop")
THINGS = [
    f"{colour} {thing}"
    for colour in "red blue green old new big tiny left right upper".split()
    for thing in "door window blind lamp gate roof fan heater oven tap".split()
]


def _grid(limit: int) -> Bot:
    """Templates: every verb with every thing, each sentence a sum of others."""
    rows = itertools.product(VERBS, ("the", "my", "our", "all"), THINGS)
    return [(f"{verb} {which} {thing}", verb) for verb, which, thing in rows][:limit]


BOTS: dict[str, Bot] = {
    "one example each": [("hello", "greet"), ("so long", "bye")],
    "all alike": [("hello", "greet")] * 5 + [("hello", "bye")] * 5,
    "templates, a few": _grid(13) + _grid(1000)[-13:],
    "templates, as many as one factor holds": _grid(2000),
    "one word each": [(f"word{n}", "ab"[n % 2]) for n in range(60)],
    "nothing but punctuation": [("", "a"), ("?!", "b"), ("...", "a"), ("--", "b")],
    "two languages": [
        *((text, "greet") for text in ("hello there", "guten Tag", "שלום")),
        *((text, "bye") for text in ("再见", "до свидания", "مع السلامة")),
    ],
    "a thousand intents": [(f"word{n} thing {m}", f"i{n}") for n in range(1000) for m in (0, 1)],
    "one intent has nearly all": [
        *((f"order number {n}", "order") for n in range(400)),
        ("hi", "greet"),
    ],
}


def _check(bot: Bot) -> IntentModel:
    texts, intents = [text for text, _ in bot], [intent for _, intent in bot]
    model = IntentModel(texts, intents, seed=0)
    found = model.predict([*texts, "", "never heard of"])
    assert model.labels == tuple(sorted(set(intents)))
    assert found.shape == (len(texts) + 2, len(model.labels))
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-4)
    return model


@pytest.mark.slow
@pytest.mark.parametrize("name", BOTS)
def test_it_trains_on_any_bot(name: str) -> None:
    bot = BOTS[name]
    model = _check(bot)
    told_apart = dict(bot)
    if len(told_apart) == len(bot) and name != "nothing but punctuation":
        found = model.predict(list(told_apart))
        right = [model.labels[at] == told_apart[text] for at, text in zip(
            found.argmax(axis=1), told_apart, strict=True
        )]  # fmt: skip
        assert np.mean(right) > 0.95, "it does not even know its own examples"


def test_texts_that_say_nothing_get_no_opinion() -> None:
    model = _check(BOTS["all alike"])
    assert model.predict(["hello"])[0] == pytest.approx([0.5, 0.5], abs=0.01)


WORDS = st.sampled_from("a the open close door 7 🚪 再见 x ".split(" "))


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.lists(WORDS, max_size=6).map(" ".join), st.sampled_from(["a", "b", "c", "d"])),
        min_size=2,
        max_size=120,
    ).filter(lambda bot: len({intent for _, intent in bot}) > 1)
)
def test_it_trains_on_bots_that_nobody_would_write(bot: Bot) -> None:
    """Few words, said again and again: as many inner products as one likes are the same."""
    _check(bot)
