"""Core-set: the next row is the one farthest from everything that is known or chosen.

Sener & Savarese 2018, the greedy form. It covers the space evenly, outliers included, so it suits a
pool that was cleaned, and no batch that must count.
"""

from __future__ import annotations

import numpy as np

from intent_al.records import FloatArray, IntArray
from intent_al.strategies.base import Choice, Need, Pool, required
from intent_al.strategies.vectors import similarity_to


class KCenter:
    """Greedy k-center on cosine distance. O(n d (m + size)) time, O(n) memory beside the pool."""

    name = "k_center"
    needs = frozenset({Need.VECTORS})

    def choose(self, pool: Pool, size: int, rng: np.random.Generator) -> Choice:
        vectors = required(pool.vectors)
        rows, distances = farthest(vectors, pool.known, size, rng)
        return Choice(rows, np.clip(distances / 2, 0.0, 1.0))


def farthest(
    vectors: FloatArray, known: FloatArray | None, size: int, rng: np.random.Generator
) -> tuple[IntArray, FloatArray]:
    """Rows, and the distance in [0, 2] of each from what was known or chosen before it."""
    n = len(vectors)
    size = min(size, n)
    nearest = similarity_to(vectors, known)
    if size and (known is None or not len(known)):
        # nothing to be far from: begin anywhere
        nearest = np.full(n, -1.0, dtype=np.float32)
        nearest[rng.integers(n)] = -2.0
    rows = np.empty(size, dtype=np.int32)
    distances = np.empty(size, dtype=np.float32)
    for at in range(size):
        row = int(nearest.argmin())
        rows[at], distances[at] = row, 1.0 - max(float(nearest[row]), -1.0)
        np.maximum(nearest, vectors @ vectors[row], out=nearest)
        nearest[row] = np.inf
    return rows, distances
