"""Which utterances a model is unsure of: pure functions on arrays.

Every score lies in [0, 1], one per utterance, and is higher where a human should be asked sooner.
They are cheap, so they are computed from stored predictions when needed and stored nowhere.
The first three look at intents (Settles, "Active Learning Literature Survey", 2009, section 3.1);
the last one at entity spans, where the single best reading hides what was nearly said.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from intent_al.records import FloatArray, IntArray, SpanBatch
from intent_al.strategies.base import Pool, required

Probabilities = npt.NDArray[np.floating]

ENTITY_SHARE = 0.3
"""How much an ambiguous span counts beside the margin of intents: a wrong intent loses the turn, a
wrong border mostly a slot."""


def doubt(pool: Pool) -> FloatArray:
    """Doubt about the intent or about a span: 1 - (1 - margin) (1 - share * entity ambiguity)."""
    intent = margin(required(pool.probabilities))
    if pool.ambiguity is None:
        return intent
    sure = (1.0 - intent) * (1.0 - ENTITY_SHARE * pool.ambiguity)
    return np.asarray(1.0 - sure, dtype=np.float32)


def margin(probabilities: Probabilities) -> FloatArray:
    """1 - (p1 - p2) of the two likeliest intents; 0 where there is only one intent."""
    n, k = probabilities.shape
    if k < 2:
        return np.zeros(n, dtype=np.float32)
    top = np.partition(probabilities, k - 2, axis=1)[:, -2:]
    return _unit(1.0 - (top[:, 1] - top[:, 0]))


def least_confidence(probabilities: Probabilities) -> FloatArray:
    """(1 - p1) * k / (k - 1): 0 when certain, 1 when all k intents are equally likely."""
    n, k = probabilities.shape
    if k < 2:
        return np.zeros(n, dtype=np.float32)
    return _unit((1.0 - probabilities.max(axis=1)) * (k / (k - 1)))


def entropy(probabilities: Probabilities) -> FloatArray:
    """Entropy over log k: 0 when certain, 1 when all k intents are equally likely."""
    n, k = probabilities.shape
    if k < 2:
        return np.zeros(n, dtype=np.float32)
    terms = probabilities * np.log(np.maximum(probabilities, 1e-12))
    return _unit(-terms.sum(axis=1) / np.log(k))


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
        np.maximum.at(result, spans.row[first], _unit(mass))
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


def _unit(scores: npt.NDArray[np.floating]) -> FloatArray:
    """float32 in [0, 1]; what is not a number (an empty prediction) is certain of nothing: 1."""
    return np.asarray(np.clip(np.nan_to_num(scores, nan=1.0), 0.0, 1.0), dtype=np.float32)
