"""A whole simulation: every strategy on every seed, recorded, and summed up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from intent_al.engines.base import Trainer
from intent_al.engines.registry import trainable
from intent_al.errors import UsageError
from intent_al.plugins import did_you_mean
from intent_al.records import FloatArray
from intent_al.simulation.data import Task
from intent_al.simulation.loop import STRATIFIED, Bench, Plan, Step, run_arm
from intent_al.simulation.record import SimulationRecord
from intent_al.simulation.successors import Builtin, Linear, Pipeline, Successor, accuracy
from intent_al.simulation.summary import SHARES, Summary, summarise
from intent_al.strategies.base import NO_INTENT
from intent_al.strategies.registry import DEFAULT, open_strategy

UNLESS_TOLD = (DEFAULT,)
"""What is simulated where nobody names a strategy."""

RANDOM = "random"
BASELINES = (RANDOM, STRATIFIED)
"""In every simulation, whatever else is asked for."""

LINEAR, BUILTIN = "linear", "builtin"
SUCCESSORS = (LINEAR, BUILTIN, *trainable())
"""Models of our own, and the engines that can train a bot's own pipeline."""

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What is tried: ``strategies`` by name beside the baselines, on ``seeds``; the arms end at the
    last of SHARES of the accuracy with all labels, or at the budget."""

    strategies: tuple[str, ...] = UNLESS_TOLD
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    plan: Plan = field(default_factory=Plan)
    successor: str = LINEAR

    def __post_init__(self) -> None:
        """Raises UsageError for a strategy that there is not."""
        for name in self.strategies:
            open_strategy(name)

    @property
    def arms(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*BASELINES, *self.strategies]))


@dataclass(frozen=True, slots=True)
class Result:
    """``full`` is the accuracy with all labels, ``pool`` how many there are."""

    simulation: Simulation
    pool: int
    tests: int
    intents: int
    full: float
    curves: Mapping[str, Mapping[int, Sequence[Step]]]
    summaries: Sequence[Summary]


def simulate(
    bench: Bench,
    simulation: Simulation,
    folder: Path,
    *,
    encoder: str,
    progress: Progress = lambda done, total: None,
) -> Result:
    """Run what ``folder`` does not hold yet, and sum up; ``encoder`` names what made the vectors.

    ``progress`` is told arms. Raises UsageError for a strategy that does not exist, and where the
    folder holds another simulation.
    """
    task, plan = bench.task, simulation.plan
    strategies = {
        name: None if name == STRATIFIED else open_strategy(name) for name in simulation.arms
    }
    if len(set(simulation.seeds)) != len(simulation.seeds) or not simulation.seeds:
        raise UsageError("a simulation needs seeds that differ")
    with closing(SimulationRecord(folder, _facts(task, simulation, encoder))) as record:
        full = _full_accuracy(bench, simulation)
        plan = replace(plan, stop_at=SHARES[-1] * full)
        curves: dict[str, dict[int, list[Step]]] = {name: {} for name in strategies}
        total, ended = len(strategies) * len(simulation.seeds), 0
        for seed in simulation.seeds:
            for name, strategy in strategies.items():
                progress(ended, total)
                steps = record.done(name, seed)
                for step in run_arm(bench, strategy, seed, plan, list(steps)):
                    record.add(name, seed, step)
                    steps.append(step)
                curves[name][seed] = steps
                ended += 1
        progress(ended, total)
    summaries = summarise(curves, plan, full, RANDOM)
    return Result(
        simulation, len(task.texts), len(task.tests), len(task.intents), full, curves, summaries
    )


def open_bench(
    task: Task,
    vectors: FloatArray,
    tests: FloatArray,
    successor: str,
    trainer: Trainer | None = None,
) -> Bench:
    """``vectors`` and ``tests`` are unit rows of the texts of the task; ``trainer`` trains the
    bot's own pipeline, where that is the successor."""

    def linear(seed: int) -> Successor:
        return Linear(task, vectors, tests)

    def builtin(seed: int) -> Successor:
        return Builtin(task, seed)

    if successor == LINEAR:
        return Bench(task, vectors, linear, builtin)
    if successor == BUILTIN:
        return Bench(task, vectors, builtin, linear)
    if trainer is None:
        raise UsageError(f"no successor {successor!r}{did_you_mean(successor, SUCCESSORS)}")
    own = Pipeline(trainer, task)
    return Bench(task, vectors, lambda seed: own, builtin)


def _full_accuracy(bench: Bench, simulation: Simulation) -> float:
    learner = bench.successor(simulation.seeds[0])
    learner.learn(np.flatnonzero(bench.task.labels != NO_INTENT))
    plain, macro = accuracy(bench.task.test_labels, learner.tests())
    return macro if simulation.plan.macro else plain


def _facts(task: Task, simulation: Simulation, encoder: str) -> dict[str, Any]:
    """What steps depend on: strategies and seeds may be added to a simulation, and its budget."""
    data = hashlib.blake2b(digest_size=8)
    for text, label in zip(task.texts, task.labels.tolist(), strict=True):
        data.update(f"{label} {text}\n".encode("utf-8", "surrogatepass"))
    for text, label in zip(task.tests, task.test_labels.tolist(), strict=True):
        data.update(f"test {label} {text}\n".encode("utf-8", "surrogatepass"))
    plan = asdict(simulation.plan)
    del plan["budget"], plan["stop_at"]
    return {
        "data": data.hexdigest(),
        "encoder": encoder,
        "successor": simulation.successor,
        **plan,
    }
