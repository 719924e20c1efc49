"""How unsure a prediction is of its spans: the best reading hides what was nearly said."""

from __future__ import annotations

import numpy as np

from intent_al.records import FloatArray, IntArray, SpanBatch


def entity_ambiguity(spans: SpanBatch, n: int) -> FloatArray:
    """How much probability lies on spans that were *not* emitted, at the worst place of each text.

    A place is a run of candidate spans that overlap one another. Where a span was emitted, its
    rivals are those with another border or label; where none was, they are entities left out.
    Rivals in one place exclude each other for the most part, so their sum is a probability (cut
    at 1); over places the maximum counts, since a sum would favour long texts. 0 without rivals.
    """
    result = np.zeros(n, dtype=np.float32)
    if len(spans.row):
        place = places(spans)
        rivals = np.where(spans.emitted, 0.0, spans.probability)
        mass = np.bincount(place, rivals).astype(np.float32)
        first = np.flatnonzero(np.diff(place, prepend=-1))
        np.maximum.at(result, spans.row[first], np.clip(mass, 0.0, 1.0))
    return result


def places(spans: SpanBatch) -> IntArray:
    """The place of each span: spans that overlap, also by way of others, share one; in order."""
    stride = int(spans.end.max()) + 1
    start = spans.row.astype(np.int64) * stride + spans.start
    end = spans.row.astype(np.int64) * stride + spans.end
    reached = np.maximum.accumulate(end)
    fresh = np.ones(len(start), dtype=np.bool_)
    fresh[1:] = start[1:] >= reached[:-1]
    return np.asarray(np.cumsum(fresh) - 1, dtype=np.int32)
