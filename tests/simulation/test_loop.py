"""One arm: what is bought, in what order, and what is told of it."""

from __future__ import annotations

import numpy as np
import pytest

from intent_al.errors import NotEnoughDataError, UsageError
from intent_al.simulation.loop import Plan, Step, run_arm, start_rows
from intent_al.simulation.run import BUILTIN, open_bench
from intent_al.strategies.base import NO_INTENT
from intent_al.strategies.registry import BUILT_IN, open_strategy
from tests.support.tasks import bench, task

PLAN = Plan(start=2, batch=10)


def bought(steps: list[Step]) -> list[int]:
    return [row for step in steps for row in step.rows]


@pytest.mark.parametrize("name", [*BUILT_IN, None])
def test_every_strategy_buys_the_whole_pool_once(name: str | None) -> None:
    strategy = None if name is None else open_strategy(name)
    made = bench(task(each=8))
    steps = list(run_arm(made, strategy, 3, PLAN))
    rows = bought(steps) + start_rows(made.task, 2, 3).tolist()
    assert sorted(rows) == list(range(len(made.task.texts)))
    assert [step.bought for step in steps] == [0, 10, 20, 24]


def test_arms_of_a_seed_start_from_the_same_labels() -> None:
    firsts = {next(iter(run_arm(bench(), open_strategy(n), 5, PLAN))) for n in ("random", "margin")}
    assert len(firsts) == 1
    assert start_rows(task(), 2, 5).tolist() != start_rows(task(), 2, 6).tolist()
    assert np.bincount(task().labels[start_rows(task(), 2, 5)]).tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize("name", ["random", "doubt_coverage", None])
def test_a_stopped_arm_goes_on_as_if_it_had_not(name: str | None) -> None:
    strategy = None if name is None else open_strategy(name)
    whole = list(run_arm(bench(), strategy, 1, PLAN))
    for cut in (0, 1, 4, len(whole)):
        rest = list(run_arm(bench(), strategy, 1, PLAN, whole[:cut]))
        assert [step.rows for step in whole[:cut] + rest] == [step.rows for step in whole]


def test_a_budget_ends_an_arm_to_the_label() -> None:
    steps = list(run_arm(bench(), open_strategy("margin"), 0, Plan(batch=10, budget=25)))
    assert [step.bought for step in steps] == [0, 10, 20, 25]
    assert len(bought(steps)) == 25


def test_a_smaller_budget_than_was_spent_already_buys_nothing_more() -> None:
    done = list(run_arm(bench(), open_strategy("margin"), 0, Plan(batch=10, budget=25)))
    assert list(run_arm(bench(), open_strategy("margin"), 0, Plan(batch=10, budget=5), done)) == []


def test_an_arm_ends_where_it_is_good_enough() -> None:
    whole = list(run_arm(bench(), open_strategy("random"), 0, PLAN))
    goal = whole[3].accuracy
    steps = list(run_arm(bench(), open_strategy("random"), 0, Plan(batch=10, stop_at=goal)))
    assert steps[-1].accuracy >= goal
    assert all(step.accuracy < goal for step in steps[:-1])


def test_more_labels_make_a_better_model() -> None:
    steps = list(run_arm(bench(), open_strategy("random"), 0, PLAN))
    assert steps[-1].accuracy > steps[0].accuracy + 0.05


def test_stratified_buys_as_many_of_each_intent() -> None:
    made = bench(task(each=20, strangers=10))
    rows = bought(list(run_arm(made, None, 0, Plan(batch=10, budget=40))))
    _, counts = np.unique(made.task.labels[rows], return_counts=True)
    assert counts[1:].max() - counts[1:].min() <= 1  # the first are those of no intent


def test_a_text_of_no_intent_costs_a_label_and_teaches_nothing() -> None:
    made = bench(task(each=4, strangers=40))
    steps = list(run_arm(made, open_strategy("chronological"), 0, Plan(batch=4)))
    strangers = [step for step in steps if step.rows and min(step.rows) >= 16]
    assert len(strangers) >= 9
    assert len({step.accuracy for step in strangers}) == 1
    assert (made.task.labels[list(strangers[0].rows)] == NO_INTENT).all()


def test_the_bench_can_be_the_built_in_model() -> None:
    steps = list(run_arm(bench(successor=BUILTIN), open_strategy("margin"), 0, Plan(batch=40)))
    assert steps[-1].accuracy > 0.8


def test_time_of_every_choice_and_memory_of_the_first_are_measured() -> None:
    steps = list(run_arm(bench(), open_strategy("doubt_coverage"), 0, PLAN))
    assert all(step.seconds > 0 for step in steps[1:])
    assert steps[1].memory is not None
    assert steps[1].memory > 1_000
    assert {step.memory for step in steps[2:]} == {None}


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(NotEnoughDataError, match="at least one label"):
        start_rows(task(), 0, 0)
    with pytest.raises(UsageError, match="no successor 'bert'"):
        open_bench(task(), np.eye(3), np.eye(3), "bert")
