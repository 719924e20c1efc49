"""Small geometry on unit vectors that several strategies share."""

from __future__ import annotations

import numpy as np

from intent_al.records import FloatArray

CHUNK = 4096


def similarity_to(vectors: FloatArray, references: FloatArray | None) -> FloatArray:
    """(n,) the highest cosine of each row to any reference, in [-1, 1]; -1 where there is none."""
    result = np.full(len(vectors), -1.0, dtype=np.float32)
    if references is not None and len(references):
        for first in range(0, len(vectors), CHUNK):
            part = vectors[first : first + CHUNK] @ references.T
            result[first : first + CHUNK] = part.max(axis=1)
    return result


def mean_similarity_to(vectors: FloatArray, references: FloatArray, neighbours: int) -> FloatArray:
    """(n,) the mean of the ``neighbours`` highest cosines to the references."""
    count = min(neighbours, len(references))
    result = np.zeros(len(vectors), dtype=np.float32)
    if count:
        for first in range(0, len(vectors), CHUNK):
            part = vectors[first : first + CHUNK] @ references.T
            top = np.partition(part, len(references) - count, axis=1)[:, -count:]
            result[first : first + CHUNK] = top.mean(axis=1)
    return result
