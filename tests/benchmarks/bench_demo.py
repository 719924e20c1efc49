"""What a hundred chosen reviews are worth on the example bot, against a hundred random ones.

Two baselines: messages drawn uniformly from the traffic, which is what reading the log at random
gives, and the stricter one, texts drawn from the same candidates that selection chooses from.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from intent_al import demo
from intent_al.demo import Arm
from tests.benchmarks.figures import Figure

SEEDS = range(5)
REVIEWS = 100


def run() -> list[Figure]:
    arms = (demo.CHOSEN, demo.RANDOM, demo.CANDIDATES)
    with tempfile.TemporaryDirectory() as folder:
        result = demo.run(
            demo.find_example_bot(), Path(folder), seeds=SEEDS, reviews=REVIEWS, arms=arms
        )
    figures = []
    for position, row in enumerate(result.arms[demo.CHOSEN][0].report.sets):
        gains = ", ".join(f"{name} {_gain(result.arms[name], position):+.1f}" for name in arms)
        figures.append(Figure(f"demo: {row.name}, {row.before:.1%} before", gains))
    for name in (demo.RANDOM, demo.CANDIDATES):
        other = result.gain(name)
        ratio = result.gain() / other if other > 0 else float("inf")
        figures.append(
            Figure(
                f"demo: gain {result.gain():+.2f} against {name} {other:+.2f}",
                f"{ratio:.2f} times",
                ">= 2 times" if name == demo.RANDOM else "",
                ratio >= 2 if name == demo.RANDOM else None,
            )
        )
    return figures


def _gain(arms: tuple[Arm, ...], position: int) -> float:
    rows = [arm.report.sets[position] for arm in arms]
    return sum(100 * (row.after - row.before) for row in rows) / len(rows)
