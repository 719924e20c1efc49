"""The paired bootstrap: its interval, its determinism, and that pairing is what makes it sharp."""

from __future__ import annotations

import numpy as np
import pytest

from intent_al.evaluation.paired import Difference, paired_bootstrap


def test_interval_agrees_with_drawing_the_items_themselves() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.random(300) < 0.7, rng.random(300) < 0.76
    found = paired_bootstrap(first, second, np.random.default_rng(1))
    draws = rng.integers(0, 300, size=(4000, 300))
    differences = (second[draws].astype(float) - first[draws]).mean(axis=1)
    low, high = np.quantile(differences, [0.025, 0.975])
    assert found.mean == pytest.approx(second.mean() - first.mean())
    assert found.low == pytest.approx(low, abs=0.01)
    assert found.high == pytest.approx(high, abs=0.01)
    assert found.items == 300


def test_the_same_generator_state_gives_the_same_interval() -> None:
    right = np.random.default_rng(0).random((2, 50)) < 0.5
    one, two = (paired_bootstrap(right[0], right[1], np.random.default_rng(4)) for _ in range(2))
    assert one == two


def test_equal_answers_differ_by_nothing_however_few() -> None:
    right = np.array([True, False, True])
    rng = np.random.default_rng(0)
    assert paired_bootstrap(right, right, rng) == Difference(0.0, 0.0, 0.0, 3)
    assert paired_bootstrap(right[:0], right[:0], rng) == Difference(0.0, 0.0, 0.0, 0)


def test_models_must_have_answered_the_same_items() -> None:
    with pytest.raises(ValueError, match="answers"):
        paired_bootstrap(np.ones(3, bool), np.ones(2, bool), np.random.default_rng(0))
