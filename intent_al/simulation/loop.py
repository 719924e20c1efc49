"""One strategy on one seed: choose, buy the labels, learn, choose again."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from intent_al.errors import NotEnoughDataError
from intent_al.records import FloatArray, IntArray
from intent_al.simulation.data import Task
from intent_al.simulation.successors import Successor, accuracy
from intent_al.strategies.base import NO_INTENT, Need, Pool, Rows, Strategy
from intent_al.strategies.registry import choose

STRATIFIED = "stratified"
"""As many of each intent, at random: a baseline that has to know the labels before it buys them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``start`` labels of each intent are given, then ``batch`` after ``batch`` is bought, at most
    ``budget`` labels. An arm ends where its accuracy (``macro``: the mean over intents) reaches
    ``stop_at``."""

    start: int = 2
    batch: int = 50
    budget: int | None = None
    stop_at: float | None = None
    macro: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Where an arm stands after ``bought`` labels, the last of them ``rows``.

    ``seconds`` and ``memory`` (bytes, measured once an arm) are what the choice of ``rows`` took.
    The first step has bought nothing.
    """

    bought: int
    accuracy: float
    macro: float
    seconds: float = 0.0
    memory: int | None = None
    rows: tuple[int, ...] = ()

    def judged(self, plan: Plan) -> float:
        return self.macro if plan.macro else self.accuracy


@dataclass(frozen=True, slots=True)
class Bench:
    """What all arms of one simulation share: the task, its vectors, and what learns from labels.

    ``successor`` makes a new one for a seed; ``member`` a second opinion, for committees.
    """

    task: Task
    vectors: FloatArray
    successor: Callable[[int], Successor]
    member: Callable[[int], Successor]


def start_rows(task: Task, each: int, seed: int) -> Rows:
    """``each`` rows of every intent, or what there is, drawn by ``seed`` alone: all arms of a seed
    start from the same labels."""
    if each < 1:
        raise NotEnoughDataError("a simulation starts from at least one label of each intent")
    order = np.random.default_rng(seed).permutation(len(task.texts))
    places = [order[task.labels[order] == intent][:each] for intent in range(len(task.intents))]
    return np.sort(np.concatenate(places))


def run_arm(
    bench: Bench, strategy: Strategy | None, seed: int, plan: Plan, done: Sequence[Step] = ()
) -> Iterator[Step]:
    """The steps that follow those ``done`` already. Without a strategy: STRATIFIED."""
    task, learners = bench.task, [bench.successor(seed)]
    if strategy is not None and Need.COMMITTEE in strategy.needs:
        learners.append(bench.member(seed))
    bought = [np.array(step.rows, dtype=np.int64) for step in done]
    labelled = np.concatenate([start_rows(task, plan.start, seed), *bought])
    _learn(task, learners, labelled)
    if not done:
        done = [_step(task, learners[0], 0)]
        yield done[0]
    last, number = done[-1], len(done)
    while size := _affordable(plan, last, task, labelled):
        # a generator of its own for each batch: what is resumed goes on as if never stopped
        rng = np.random.default_rng([seed, number])
        asked = np.setdiff1d(np.arange(len(task.texts)), labelled, assume_unique=True)
        if strategy is None:
            choice, cost = stratified(task, labelled, asked, size, rng), _Cost(0.0, None)
        else:
            pool = _pool(bench, learners, labelled, asked)
            choice, cost = _choose(strategy, pool, size, rng, measure=number == 1)
        rows = asked[choice]
        labelled = np.concatenate([labelled, rows])
        _learn(task, learners, labelled)
        last = _step(task, learners[0], last.bought + len(rows), rows, cost)
        number += 1
        yield last


@dataclass(frozen=True, slots=True)
class _Cost:
    seconds: float
    memory: int | None


def _affordable(plan: Plan, last: Step, task: Task, labelled: Rows) -> int:
    """The size of the next batch; 0 where the arm has ended."""
    if plan.stop_at is not None and last.judged(plan) >= plan.stop_at:
        return 0
    left = len(task.texts) - len(labelled)
    if plan.budget is not None:
        left = min(left, plan.budget - last.bought)
    return max(min(plan.batch, left), 0)


def _learn(task: Task, learners: Sequence[Successor], labelled: Rows) -> None:
    teaching = labelled[task.labels[labelled] != NO_INTENT]
    for learner in learners:
        learner.learn(teaching)


def _step(
    task: Task,
    successor: Successor,
    bought: int,
    rows: Rows | None = None,
    cost: _Cost | None = None,
) -> Step:
    plain, macro = accuracy(task.test_labels, successor.tests())
    cost = cost or _Cost(0.0, None)
    kept = () if rows is None else tuple(rows.tolist())
    return Step(bought, plain, macro, cost.seconds, cost.memory, kept)


def _pool(bench: Bench, learners: Sequence[Successor], labelled: Rows, asked: Rows) -> Pool:
    predicted = [learner.pool(asked) for learner in learners]
    return Pool(
        len(asked),
        probabilities=predicted[0],
        committee=np.stack(predicted) if len(predicted) > 1 else None,
        vectors=bench.vectors[asked],
        known=bench.vectors[labelled],
        known_intents=bench.task.labels[labelled],
    )


def _choose(
    strategy: Strategy, pool: Pool, size: int, rng: np.random.Generator, *, measure: bool
) -> tuple[IntArray, _Cost]:
    memory = None
    if measure:  # in a choice of its own: watching memory takes time
        tracemalloc.start()
        choose(strategy, pool, size, np.random.default_rng(0))
        memory = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    begin = time.perf_counter()
    found = choose(strategy, pool, size, rng)
    return found.rows, _Cost(time.perf_counter() - begin, memory)


def stratified(
    task: Task, labelled: Rows, asked: Rows, size: int, rng: np.random.Generator
) -> IntArray:
    """``size`` places of ``asked``: one after the other of the intent with fewest labels so far."""
    order = rng.permutation(len(asked))
    labels, had = task.labels[asked[order]], task.labels[labelled]
    # the k-th text of an intent is asked for when all intents with more texts have that many
    rank = np.empty(len(order), dtype=np.int64)
    for label in np.unique(labels):
        own = labels == label
        rank[own] = (had == label).sum() + np.arange(own.sum())
    return np.asarray(order[np.argsort(rank, kind="stable")[:size]], dtype=np.int32)
