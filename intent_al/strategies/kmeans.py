"""k-means with a fixed seed, and with no more work than a batch of questions is worth."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from intent_al.records import FloatArray, IntArray

MINI_BATCH_FROM = 20_000
"""Rows from which k-means sees them in small batches; below, it sees all of them every time."""


class Clusters(NamedTuple):
    """``centres`` (count, d), and the cluster of each row (n,)."""

    centres: FloatArray
    of_row: IntArray


def kmeans(
    vectors: FloatArray, count: int, rng: np.random.Generator, weight: FloatArray | None = None
) -> Clusters:
    """Clusters of the rows; fewer than ``count`` may hold rows where many rows are equal."""
    from sklearn.cluster import KMeans, MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning

    seed = int(rng.integers(2**31))
    if len(vectors) < MINI_BATCH_FROM:
        model = KMeans(count, n_init=1, max_iter=30, random_state=seed)
    else:
        model = MiniBatchKMeans(
            count, n_init=1, max_iter=20, batch_size=max(4_096, 3 * count), random_state=seed
        )
    # one thread: k-means++ is a thousand small products, over which threads wait for each other
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different rows than clusters
        model.fit(vectors, sample_weight=weight)
    return Clusters(model.cluster_centers_.astype(np.float32), model.labels_.astype(np.int32))
