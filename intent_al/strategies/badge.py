"""BADGE without its matrix: k-means++ on gradients that are never written down.

Ash et al. 2020: the gradient of the last layer at the predicted intent is the outer product of
a = p - one_hot(argmax p) and the vector x, k times d numbers a row (6.9 GB for 15,000 rows, 150
intents and 384 numbers a vector). k-means++ needs only distances, and of outer products they are

    |a x - b y|^2 = |a|^2 |x|^2 + |b|^2 |y|^2 - 2 (a . b) (x . y)
"""

from __future__ import annotations

import numpy as np

from intent_al.records import FloatArray
from intent_al.strategies.base import Choice, Need, Pool, required


class Badge:
    """O(size n (k + d)) time; two copies of the probabilities in memory, nothing larger."""

    name = "badge"
    needs = frozenset({Need.PROBABILITIES, Need.VECTORS})

    def choose(self, pool: Pool, size: int, rng: np.random.Generator) -> Choice:
        probabilities, vectors = required(pool.probabilities), required(pool.vectors)
        pull = probabilities.astype(np.float32)  # a copy
        pull[np.arange(pool.n), pull.argmax(axis=1)] -= 1.0
        norms = (pull * pull).sum(axis=1) * (vectors * vectors).sum(axis=1)
        importance = norms if pool.weight is None else norms * pool.weight
        size = min(size, pool.n)
        rows = np.empty(size, dtype=np.int32)
        nearest = np.full(pool.n, np.inf, dtype=np.float32)
        for at in range(size):
            rows[at] = row = (
                int(importance.argmax()) if at == 0 else _drawn(nearest, pool.weight, rng)
            )
            both = (pull @ pull[row]) * (vectors @ vectors[row])
            np.minimum(nearest, norms + norms[row] - 2 * both, out=nearest)
            np.maximum(nearest, 0.0, out=nearest)
            nearest[rows[: at + 1]] = -1.0
        # |a| is at most sqrt(2), and vectors have unit length
        return Choice(rows, np.clip(np.sqrt(norms[rows] / 2), 0.0, 1.0).astype(np.float32))


def _drawn(nearest: FloatArray, weight: FloatArray | None, rng: np.random.Generator) -> int:
    """A row drawn in proportion to its squared distance; taken ones carry -1."""
    chance = np.maximum(nearest, 0.0).astype(np.float64)
    if weight is not None:
        chance *= weight
    total = chance.cumsum()
    if total[-1] <= 0:  # all that is left equals what was taken
        return int(nearest.argmax())
    row = int(np.searchsorted(total, rng.random() * total[-1], side="right"))
    return row if row < len(nearest) and nearest[row] > 0 else int(nearest.argmax())
