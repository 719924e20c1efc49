"""TypiClust: the most typical utterance of the largest regions without a label.

Hacohen, Dekel & Weinshall 2022. For the very first labels, when a model's doubt means nothing yet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from intent_al.records import FloatArray, IntArray
from intent_al.strategies.base import Choice, Need, Pool, required
from intent_al.strategies.kmeans import kmeans
from intent_al.strategies.vectors import mean_similarity_to


@dataclass(frozen=True, slots=True)
class TypiClust:
    """As many clusters as there are labels plus the size of the batch, ``most_clusters`` at most.

    Pools of more than ``most_rows`` are sampled: typical utterances survive sampling.
    """

    name: str = "typiclust"
    needs: frozenset[Need] = frozenset({Need.VECTORS})
    most_clusters: int = 500
    most_rows: int = 50_000
    neighbours: int = 20

    def choose(self, pool: Pool, size: int, rng: np.random.Generator) -> Choice:
        size = min(size, pool.n)
        rows = np.arange(pool.n)
        if pool.n > max(self.most_rows, size):
            rows = np.sort(rng.choice(pool.n, size=max(self.most_rows, size), replace=False))
        vectors = required(pool.vectors)[rows]
        known = 0 if pool.known is None else len(pool.known)
        count = min(max(min(known + size, self.most_clusters), size), len(rows))
        clusters = kmeans(vectors, count, rng)
        labelled = np.zeros(count, dtype=np.int64)
        if known:
            nearest = _nearest_centre(required(pool.known), clusters.centres)
            labelled = np.bincount(nearest, minlength=count)
        picks = _most_typical(vectors, clusters.of_row, labelled, size, self.neighbours)
        typical = np.clip(mean_similarity_to(vectors[picks], vectors, self.neighbours), 0.0, 1.0)
        return Choice(rows[picks].astype(np.int32), typical)


def _nearest_centre(vectors: FloatArray, centres: FloatArray) -> IntArray:
    squared = (centres * centres).sum(axis=1) - 2 * vectors @ centres.T
    return np.asarray(squared.argmin(axis=1), dtype=np.int32)


def _most_typical(
    vectors: FloatArray,
    of_row: IntArray,
    labelled: np.ndarray[tuple[int], np.dtype[np.int64]],
    size: int,
    neighbours: int,
) -> IntArray:
    """Places of ``size`` rows: clusters with the fewest labels first, of those the largest."""
    sizes = np.bincount(of_row, minlength=len(labelled))
    order = np.lexsort((-sizes, labelled))
    members = np.argsort(of_row, kind="stable")
    borders = np.append(0, np.cumsum(sizes))
    ranked = []
    for cluster in order[sizes[order] > 0]:
        rows = members[borders[cluster] : borders[cluster + 1]]
        typical = mean_similarity_to(vectors[rows], vectors[rows], neighbours + 1)
        ranked.append(rows[np.argsort(-typical, kind="stable")])
        if len(ranked) == size:
            break
    # a second round only where there are fewer clusters than picks
    longest = max(map(len, ranked), default=0)
    flat = [rows[turn] for turn in range(longest) for rows in ranked if turn < len(rows)]
    return np.asarray(flat[:size], dtype=np.int32)
