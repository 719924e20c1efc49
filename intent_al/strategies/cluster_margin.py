"""Cluster-margin: the smallest margins, taken in turn from clusters, the smallest cluster first.

Citovsky et al. 2021. There, all of the pool is clustered once and kept; here, only the rows with
the smallest margins are, batch by batch: the pool of a bot grows daily, and clusters of what nobody
would be asked about change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from intent_al.records import IntArray
from intent_al.strategies.base import Choice, Need, Pool, best, required
from intent_al.strategies.linkage import average_linkage
from intent_al.strategies.scores import doubt


@dataclass(frozen=True, slots=True)
class ClusterMargin:
    """``prefilter`` times the size of the batch are clustered, by average linkage on cosines."""

    name: str = "cluster_margin"
    needs: frozenset[Need] = frozenset({Need.PROBABILITIES, Need.VECTORS})
    prefilter: int = 10

    def choose(self, pool: Pool, size: int, rng: np.random.Generator) -> Choice:
        scores = doubt(pool)
        if pool.weight is not None:
            scores = scores * pool.weight
        offered = best(scores, self.prefilter * size)
        size = min(size, len(offered))
        clusters = average_linkage(required(pool.vectors)[offered], size, "maxclust")
        picks = offered[in_turn(clusters, size)]
        return Choice(picks, scores[picks])


def in_turn(clusters: IntArray, size: int) -> IntArray:
    """Places of the rows: one from every cluster, small ones first, then a second, and so on.

    Rows come best first; within a cluster they keep that order.
    """
    _, of_row, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    order = np.argsort(of_row, kind="stable")
    turn = np.empty(len(clusters), dtype=np.int64)
    turn[order] = np.arange(len(clusters)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    keys = (np.arange(len(clusters)), sizes[of_row], turn)
    return np.asarray(np.lexsort(keys)[:size], dtype=np.int32)
