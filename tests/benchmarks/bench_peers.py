"""Labels and time of the default strategy beside those of other libraries, in one loop.

Banking77 and CLINC150, same vectors, same classifier, same starts; needs the libraries that
``peers.PINNED`` names. ``INTENT_AL_SETS`` and ``INTENT_AL_SIMULATIONS`` as for ``strategies``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np

from intent_al.encoders.registry import open_encoder
from intent_al.simulation.loop import Bench, Plan, Step, run_arm
from intent_al.simulation.record import SimulationRecord
from intent_al.simulation.run import LINEAR, open_bench
from intent_al.simulation.successors import accuracy
from intent_al.simulation.summary import labels_to
from intent_al.strategies.base import Strategy
from intent_al.strategies.registry import DEFAULT, open_strategy
from tests.benchmarks.bench_strategies import ENCODER, SEEDS
from tests.benchmarks.figures import Figure
from tests.benchmarks.intent_pools import SETS
from tests.benchmarks.peers import PINNED, Peer, peers
from tests.support.places import DATA

SHARE = 0.95


def run() -> list[Figure]:
    try:
        others = peers()
    except ImportError as error:
        return [Figure(f"peers: not measured ({error}); pip install {' '.join(PINNED)}", "")]
    if not (DATA / "clinc150").is_dir():
        return [Figure(f"peers: not measured, no data in {DATA}", "")]
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(os.environ.get("INTENT_AL_SIMULATIONS", temporary))
        for name in os.environ.get("INTENT_AL_SETS", "banking77,clinc150").split(","):
            figures += _on(name, folder / f"peers-{name}", others)
    return figures


def _on(name: str, folder: Path, others: list[Peer]) -> list[Figure]:
    task = SETS[name]()
    encoder = open_encoder(ENCODER, [])
    bench = open_bench(task, encoder.encode(task.texts), encoder.encode(task.tests), LINEAR)
    learner = bench.successor(0)
    learner.learn(np.arange(len(task.texts)))
    goal = SHARE * accuracy(task.test_labels, learner.tests())[0]
    labels: dict[str, float] = {}
    figures = []
    with closing(SimulationRecord(folder, {"encoder": encoder.encoder_id, "goal": goal})) as record:
        for strategy in (open_strategy(DEFAULT), *others):
            arms = [_arm(bench, strategy, seed, goal, record) for seed in SEEDS]
            found = [labels_to(steps, Plan(), goal) for steps in arms]
            labels[strategy.name] = float(np.mean([one for one in found if one is not None]))
            seconds = _seconds(strategy, arms)
            figures.append(
                Figure(
                    f"{name}: {strategy.name}: labels to {SHARE:.0%}, s a batch",
                    f"{labels[strategy.name]:,.0f}, {seconds:.3f}",
                )
            )
            labels[f"seconds {strategy.name}"] = seconds
    best = min(labels[one.name] for one in others)
    fastest = min(labels[f"seconds {one.name}"] for one in others if one.diverse)
    ours, time_of_ours = labels[DEFAULT], labels[f"seconds {DEFAULT}"]
    what = f"{name}: {DEFAULT} over the best of them, labels"
    figures.append(Figure(what, f"{ours / best:.2f}", "<= 1", ours <= best))
    what, ratio = f"{name}: {DEFAULT} over the fastest diverse one, time", time_of_ours / fastest
    return [*figures, Figure(what, f"{ratio:.2f}", "<= 0.2", ratio <= 0.2)]


def _arm(
    bench: Bench, strategy: Strategy, seed: int, goal: float, record: SimulationRecord
) -> list[Step]:
    steps = record.done(strategy.name, seed)
    for step in run_arm(bench, strategy, seed, Plan(stop_at=goal), list(steps)):
        record.add(strategy.name, seed, step)
        steps.append(step)
    print(f"{strategy.name}, seed {seed}: {steps[-1].bought}", file=sys.stderr, flush=True)
    return steps


def _seconds(strategy: Strategy, arms: list[list[Step]]) -> float:
    """The median of a query; of a peer, without the fit of its classifier."""
    if isinstance(strategy, Peer) and strategy.seconds:
        return float(np.median(strategy.seconds))
    return float(np.median([step.seconds for steps in arms for step in steps[1:]]))
