"""What fits no intent, told by distances beside the spread of the intents."""

from __future__ import annotations

import numpy as np

from intent_al.records import FloatArray
from intent_al.strategies.novelty import novelty


def around(axis: int, count: int, spread: float, seed: int) -> FloatArray:
    rows = np.eye(12)[axis] + spread * np.random.default_rng(seed).normal(size=(count, 12))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


TIGHT, WIDE = around(0, 30, 0.03, 1), around(1, 30, 0.2, 2)
EXAMPLES = np.concatenate([TIGHT, WIDE])
INTENTS = np.repeat([0, 1], 30).astype(np.int32)


def test_what_is_far_from_all_examples_is_unusual() -> None:
    asked = np.concatenate([around(0, 5, 0.03, 3), around(1, 5, 0.2, 4), around(7, 5, 0.1, 5)])
    found = novelty(asked, EXAMPLES, INTENTS)
    assert found.score[10:].min() > found.score[:10].max()
    assert (found.unusual[10:] == 1).all()
    assert found.unusual[:10].mean() < 0.9
    assert ((found.score >= 0) & (found.score <= 1)).all()


def test_an_intent_of_many_ways_to_say_it_is_given_more_room() -> None:
    beside_tight, beside_wide = around(0, 20, 0.12, 6), around(1, 20, 0.12, 7)
    tight = novelty(beside_tight, EXAMPLES, INTENTS).score.mean()
    wide = novelty(beside_wide, EXAMPLES, INTENTS).score.mean()
    assert tight > wide


def test_the_nearest_example_is_named() -> None:
    found = novelty(EXAMPLES[[3, 40]], EXAMPLES, INTENTS)
    assert found.nearest.tolist() == [3, 40]


def test_without_examples_nothing_is_unusual() -> None:
    found = novelty(TIGHT, EXAMPLES[:0], INTENTS[:0])
    assert not found.unusual.any()
    assert not found.score.any()


def test_a_single_example_is_no_standard() -> None:
    found = novelty(WIDE, EXAMPLES[:1], INTENTS[:1])
    assert np.isfinite(found.score).all()


def test_a_sure_looking_answer_does_not_hide_that_nothing_speaks_for_it() -> None:
    """In the direction of an intent, and yet with nothing of it but a trace."""
    trace = 0.3 * np.eye(12)[0] + np.eye(12)[[6, 7, 8]]
    trace = (trace / np.linalg.norm(trace, axis=1, keepdims=True)).astype(np.float32)
    found = novelty(np.concatenate([trace, TIGHT[:3], WIDE[:3]]), EXAMPLES, INTENTS)
    assert found.score[:3].min() > found.score[3:].max()


def test_an_intent_of_one_example_is_no_reason_to_fail() -> None:
    intents = np.append(INTENTS, 2).astype(np.int32)
    found = novelty(WIDE, np.concatenate([EXAMPLES, around(5, 1, 0.1, 9)]), intents)
    assert np.isfinite(found.score).all()
