"""What curves say: labels to a share of what all labels give, areas, and whether that is luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from intent_al.simulation.loop import Plan, Step

SHARES = (0.90, 0.95, 0.98)
"""Of the accuracy with all labels."""

_COVERAGE = 0.95

Curves = Mapping[str, Mapping[int, Sequence[Step]]]
"""Strategy to seed to steps."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over seeds with its 95 % interval (Student's t); None where there is one seed."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """One strategy beside the first baseline, on the same seeds.

    ``labels`` bought to each of SHARES: the mean over the seeds; None where a seed did not get
    there. ``ratios``: those over the baseline's. ``area``: mean accuracy over the labels that all
    arms bought. ``ahead``: that minus the baseline's. ``memory`` in bytes, the most of all seeds.
    """

    strategy: str
    labels: Mapping[float, Estimate | None]
    ratios: Mapping[float, float | None]
    area: Estimate
    ahead: Estimate
    seconds: float
    memory: int | None

    @property
    def worse(self) -> bool:
        """Significantly below the baseline: not even the upper end of the interval reaches it."""
        return self.ahead.high is not None and self.ahead.high < 0


def labels_to(steps: Sequence[Step], plan: Plan, accuracy: float) -> float | None:
    """Labels bought where a curve first reaches ``accuracy``, along straight lines between steps;
    None where it does not."""
    before: Step | None = None
    for step in steps:
        now = step.judged(plan)
        if now >= accuracy:
            if before is None:
                return float(step.bought)
            then = before.judged(plan)
            share = (accuracy - then) / (now - then)
            return before.bought + share * (step.bought - before.bought)
        before = step
    return None


def area(steps: Sequence[Step], plan: Plan, upto: int) -> float:
    """Mean height of a curve from the start to ``upto`` labels."""
    bought = np.array([step.bought for step in steps], dtype=float)
    height = np.array([step.judged(plan) for step in steps])
    if upto <= 0:
        return float(height[0])
    places = np.unique([*bought[bought < upto], float(upto)])
    values = np.interp(places, bought, height)
    return float(((values[1:] + values[:-1]) / 2 * np.diff(places)).sum() / (upto - places[0]))


def estimate(values: Sequence[float]) -> Estimate:
    mean = float(np.mean(values))
    if len(values) < 2:
        return Estimate(mean, None, None)
    error = float(np.std(values, ddof=1)) / np.sqrt(len(values))
    reach = float(stats.t.ppf((1 + _COVERAGE) / 2, len(values) - 1)) * error
    return Estimate(mean, mean - reach, mean + reach)


def summarise(curves: Curves, plan: Plan, full: float, baseline: str) -> list[Summary]:
    """Of every strategy, in the order of ``curves``; ``full`` is the accuracy with all labels."""
    upto = min(steps[-1].bought for arms in curves.values() for steps in arms.values())
    areas = {
        name: {seed: area(steps, plan, upto) for seed, steps in arms.items()}
        for name, arms in curves.items()
    }
    labels = {
        name: {share: _labels(arms, plan, share * full) for share in SHARES}
        for name, arms in curves.items()
    }
    return [
        Summary(
            name,
            labels[name],
            {
                share: ratio_of_means(labels[name][share], labels[baseline][share])
                for share in SHARES
            },
            estimate(list(areas[name].values())),
            estimate([own - areas[baseline][seed] for seed, own in areas[name].items()]),
            float(
                np.median([step.seconds for steps in arms.values() for step in steps[1:]] or [0])
            ),
            max((step.memory or 0 for steps in arms.values() for step in steps), default=0) or None,
        )
        for name, arms in curves.items()
    ]


def _labels(arms: Mapping[int, Sequence[Step]], plan: Plan, accuracy: float) -> Estimate | None:
    found = [labels_to(steps, plan, accuracy) for steps in arms.values()]
    known = [one for one in found if one is not None]
    return estimate(known) if len(known) == len(found) else None


def ratio_of_means(one: Estimate | None, other: Estimate | None) -> float | None:
    return one.mean / other.mean if one and other and other.mean > 0 else None
