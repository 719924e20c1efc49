"""Groups of vectors by average linkage: a chain of neighbours, each a little different, is none."""

from __future__ import annotations

from typing import Literal

import numpy as np

from intent_al.records import FloatArray, IntArray


def average_linkage(
    vectors: FloatArray, limit: float, criterion: Literal["maxclust", "distance"]
) -> IntArray:
    """The group (n,) of each unit row, from 1.

    ``limit`` is the number of groups (maxclust), or the mean cosine distance that rows of one group
    may have to each other (distance).
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(vectors) < 2:
        return np.ones(len(vectors), dtype=np.int32)
    distances = np.maximum(1.0 - vectors @ vectors.T, 0.0)
    np.fill_diagonal(distances, 0.0)
    tree = linkage(squareform(distances, checks=False), method="average")
    return np.asarray(fcluster(tree, limit, criterion=criterion), dtype=np.int32)
