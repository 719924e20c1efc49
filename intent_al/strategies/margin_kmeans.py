"""Margin, then diversity: k-means over the most doubtful rows, one pick a cluster.

Zhdanov 2019, "Diverse mini-batch active learning".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from intent_al.records import FloatArray, IntArray
from intent_al.strategies.base import Choice, Need, Pool, best, required
from intent_al.strategies.kmeans import kmeans
from intent_al.strategies.scores import doubt


@dataclass(frozen=True, slots=True)
class MarginKMeans:
    """``prefilter`` times the size of the batch go into k-means, weighted by their doubt."""

    name: str = "margin_kmeans"
    needs: frozenset[Need] = frozenset({Need.PROBABILITIES, Need.VECTORS})
    prefilter: int = 10

    def choose(self, pool: Pool, size: int, rng: np.random.Generator) -> Choice:
        scores = doubt(pool)
        if pool.weight is not None:
            scores = scores * pool.weight
        offered = best(scores, self.prefilter * size)
        size = min(size, len(offered))
        if size == len(offered):
            return Choice(offered, scores[offered])
        vectors = required(pool.vectors)[offered]
        # k-means wants some weight everywhere
        clusters = kmeans(vectors, size, rng, weight=scores[offered] + np.float32(1e-6))
        picks = offered[nearest_to_centres(vectors, clusters.centres)]
        picks = picks[np.argsort(-scores[picks], kind="stable")]
        return Choice(picks, scores[picks])


def nearest_to_centres(vectors: FloatArray, centres: FloatArray) -> IntArray:
    """One row a centre, the nearest that no earlier centre took."""
    squared = (centres * centres).sum(axis=1)[:, None] - 2 * centres @ vectors.T
    taken = np.empty(len(centres), dtype=np.int32)
    for at, distances in enumerate(squared):
        taken[at] = int(distances.argmin())
        squared[:, taken[at]] = np.inf
    return taken
