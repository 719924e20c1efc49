"""Which utterances a model is unsure of: pure functions on arrays.

Every score lies in [0, 1], one per utterance, and is higher where a human should be asked sooner.
They are cheap, so they are computed from stored predictions when needed and stored nowhere.
Source: Settles, "Active Learning Literature Survey", 2009, section 3.1. What is doubtful about
entity spans is in ``entities.ambiguity``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from intent_al.records import FloatArray
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


def _unit(scores: npt.NDArray[np.floating]) -> FloatArray:
    """float32 in [0, 1]; what is not a number (an empty prediction) is certain of nothing: 1."""
    return np.asarray(np.clip(np.nan_to_num(scores, nan=1.0), 0.0, 1.0), dtype=np.float32)
