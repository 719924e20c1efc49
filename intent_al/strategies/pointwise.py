"""Strategies that score every utterance by itself and take the highest scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from intent_al.records import FloatArray
from intent_al.strategies.base import Choice, Need, Pool, best

Score = Callable[[Pool], FloatArray]


@dataclass(frozen=True, slots=True)
class Pointwise:
    """``score`` gives (n,) in [0, 1], higher = ask sooner; the weight of people multiplies it."""

    name: str
    score: Score
    needs: frozenset[Need]

    def choose(self, pool: Pool, size: int, rng: np.random.Generator) -> Choice:
        scores = self.score(pool)
        if pool.weight is not None:
            scores = scores * pool.weight
        rows = best(scores, size)
        return Choice(rows, scores[rows])


def combination(name: str, parts: Mapping[Pointwise, float]) -> Pointwise:
    """The weighted mean of several scores; weights are positive and need not sum to 1."""
    total = sum(parts.values())

    def score(pool: Pool) -> FloatArray:
        mean = sum(part.score(pool) * np.float32(weight / total) for part, weight in parts.items())
        return np.clip(np.asarray(mean, dtype=np.float32), 0.0, 1.0)

    return Pointwise(name, score, frozenset().union(*(part.needs for part in parts)))
