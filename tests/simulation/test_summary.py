"""What is read off the curves, on curves drawn by hand."""

from __future__ import annotations

import pytest

from intent_al.simulation.loop import Plan, Step
from intent_al.simulation.summary import Curves, area, estimate, labels_to, summarise

PLAN = Plan()


def curve(*heights: float, batch: int = 10) -> list[Step]:
    return [Step(batch * at, height, height / 2) for at, height in enumerate(heights)]


def test_labels_are_read_between_two_steps() -> None:
    assert labels_to(curve(0.5, 0.7, 0.9), PLAN, 0.8) == pytest.approx(15)


def test_the_first_time_counts_even_if_the_curve_falls_again() -> None:
    assert labels_to(curve(0.5, 0.8, 0.7, 0.9), PLAN, 0.8) == pytest.approx(10)


def test_a_curve_that_starts_above_has_bought_nothing() -> None:
    assert labels_to(curve(0.9, 0.95), PLAN, 0.8) == 0


def test_a_curve_that_stays_below_has_no_figure() -> None:
    assert labels_to(curve(0.5, 0.6), PLAN, 0.8) is None


def test_rare_intents_count_where_that_is_asked_for() -> None:
    assert labels_to(curve(0.5, 0.7, 0.9), Plan(macro=True), 0.35) == pytest.approx(10)


def test_the_area_is_the_mean_height() -> None:
    assert area(curve(0.2, 0.4, 0.8), PLAN, 20) == pytest.approx((0.3 + 0.6) / 2)
    assert area(curve(0.2, 0.4, 0.8), PLAN, 10) == pytest.approx(0.3)
    assert area(curve(0.2, 0.4, 0.8), PLAN, 15) == pytest.approx((0.3 * 10 + 0.5 * 5) / 15)
    assert area(curve(0.2), PLAN, 0) == pytest.approx(0.2)


def test_an_interval_is_students() -> None:
    found = estimate([1.0, 2.0, 3.0])
    assert found.mean == 2
    assert found.high == pytest.approx(2 + 4.303 / 3**0.5, rel=1e-3)
    assert estimate([1.0]).low is None


def both(one: list[float], other: list[float]) -> Curves:
    """Three seeds that differ a little; the second strategy reaches what it does at each seed."""
    return {
        "random": {seed: curve(*(height + seed / 100 for height in one)) for seed in range(3)},
        "mine": {seed: curve(*(height + seed / 100 for height in other)) for seed in range(3)},
    }


def test_a_strategy_is_put_beside_the_baseline() -> None:
    base, mine = summarise(both([0.1, 0.3, 0.5, 0.7, 0.9], [0.1, 0.5, 0.9]), PLAN, 0.9, "random")
    assert base.ratios[0.9] == pytest.approx(1)
    assert mine.ratios[0.9] == pytest.approx(0.5, abs=0.01)
    # compared as far as both went
    assert mine.ahead.mean == pytest.approx((0.3 + 0.7) / 2 - (0.2 + 0.4) / 2)
    assert not mine.worse


def test_worse_than_random_is_said_only_where_it_is_no_luck() -> None:
    _, mine = summarise(both([0.1, 0.5, 0.9], [0.1, 0.4, 0.8]), PLAN, 0.9, "random")
    assert mine.worse
    unsure = {
        "random": {seed: curve(0.5, 0.5) for seed in range(3)},
        "mine": {seed: curve(0.5, 0.1 + seed / 2) for seed in range(3)},
    }
    _, mine = summarise(unsure, PLAN, 0.9, "random")
    assert not mine.worse


def test_where_one_seed_did_not_get_there_the_mean_would_flatter() -> None:
    curves = {"random": {0: curve(0.1, 0.9), 1: curve(0.1, 0.5)}}
    (base,) = summarise(curves, PLAN, 0.9, "random")
    assert base.labels[0.9] is None
    assert base.ratios[0.9] is None
