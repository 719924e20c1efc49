"""What fits no intent: out of scope, or an intent that nobody has thought of yet.

Two witnesses. A linear model that is asked about what belongs to none of its intents finds no
reason for any: its largest logit is small, though the probabilities, which must sum to one, may
look sure (Hendrycks et al. 2022). And a text that belongs to none lies far from all examples: how
far, beside how far the examples of the nearest intent are from each other? (k nearest neighbours as
in Kuo et al. 2020 and Sun et al. 2022.) Either is put on the scale of the bot's own examples, each
judged without itself, and both are added up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intent_al.nlu.linear import logistic, logits, out_of_fold
from intent_al.records import FloatArray, IntArray
from intent_al.strategies.vectors import CHUNK

NEIGHBOURS = 5
_FOLDS = 3
_LEAST_SPREAD = 0.05
_LOGIT_SHARE = 2.0
"""What the logit counts beside the distance."""
_SPREAD_POWER = 0.25
"""An intent of many ways to say it gets more room; all that its spread suggests is too much."""


class Novelty(NamedTuple):
    """``score`` (n,) in [0, 1], higher = fits less; 0.5 = as the bot's own examples do on average.
    ``unusual`` (n,) in [0, 1]: the share of the bot's own examples that fit better. ``nearest``
    (n,): the row of the nearest example. Without examples there is nothing to fit, and all scores
    are 0."""

    score: FloatArray
    unusual: FloatArray
    nearest: IntArray


def novelty(vectors: FloatArray, examples: FloatArray, intents: IntArray) -> Novelty:
    """Of (n, d) unit rows beside (m, d) examples of the intents (m,), numbers from 0.

    O(n m d), and the fit of a linear model on the examples, four times.
    """
    from scipy.special import expit  # a second to import, which `intent-al status` need not pay

    n, m = len(vectors), len(examples)
    if not m:
        zeros = np.zeros(n, dtype=np.float32)
        return Novelty(zeros, zeros, np.full(n, -1, dtype=np.int32))
    own_distance, _ = _distances(examples, examples, without_itself=True)
    room = _spread(own_distance, intents) ** _SPREAD_POWER
    distance, nearest = _distances(vectors, examples)
    own, found = _standardised(own_distance / room[intents], distance / room[intents[nearest]])
    k = int(intents.max()) + 1
    if len(np.unique(intents)) > 1:
        silent, asked = _reasons(vectors, examples, intents, k)
        own_silence, silence = _standardised(-silent, -asked)
        own, found = own + _LOGIT_SHARE * own_silence, found + _LOGIT_SHARE * silence
    fit_better = np.searchsorted(np.sort(own), found, side="left") / m
    spread = max(float(own.std()), 1e-6)
    return Novelty(expit(found / spread).astype(np.float32), fit_better.astype(np.float32), nearest)


def _reasons(
    vectors: FloatArray, examples: FloatArray, intents: IntArray, k: int
) -> tuple[FloatArray, FloatArray]:
    """The largest logits of the examples (m,), each by a model without it, and of others (n,)."""
    own = out_of_fold(examples, intents, k, _FOLDS).max(axis=1)
    model = logistic(examples, intents)
    own = np.where(np.isfinite(own), own, logits(model, examples, k).max(axis=1))
    return np.asarray(own, dtype=np.float32), logits(model, vectors, k).max(axis=1)


def _standardised(own: FloatArray, found: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both on the scale on which the bot's own examples have mean 0 and deviation 1."""
    mean, deviation = own.mean(), max(float(own.std()), 1e-6)
    return (own - mean) / deviation, (found - mean) / deviation


def _spread(own: FloatArray, intents: IntArray) -> FloatArray:
    """For each intent the median distance of its examples, drawn towards that of all the bot's:
    an intent of three examples cannot tell its own spread."""
    overall = max(float(np.median(own)), _LEAST_SPREAD)
    result = np.full(int(intents.max()) + 1, overall, dtype=np.float32)
    for intent in np.unique(intents):
        of_intent = own[intents == intent]
        trust = len(of_intent) / (len(of_intent) + NEIGHBOURS)
        result[intent] = (
            trust * max(float(np.median(of_intent)), _LEAST_SPREAD) + (1 - trust) * overall
        )
    return result


def _distances(
    vectors: FloatArray, examples: FloatArray, *, without_itself: bool = False
) -> tuple[FloatArray, IntArray]:
    """(n,) mean distance to the nearest examples, and the row of the very nearest."""
    count = min(NEIGHBOURS, len(examples) - without_itself)
    distance = np.ones(len(vectors), dtype=np.float32)
    nearest = np.zeros(len(vectors), dtype=np.int32)
    for first in range(0, len(vectors), CHUNK):
        near = vectors[first : first + CHUNK] @ examples.T
        if without_itself:
            near[np.arange(len(near)), first + np.arange(len(near))] = -np.inf
        rows, total = np.arange(len(near)), np.zeros(len(near), dtype=np.float32)
        for turn in range(max(count, 1)):  # for so few, faster than to partition all
            best = near.argmax(axis=1)
            if turn == 0:
                nearest[first : first + CHUNK] = best
            total += near[rows, best]
            near[rows, best] = -np.inf
        if count:
            distance[first : first + CHUNK] = np.maximum(1.0 - total / count, 0.0)
    return distance, nearest
