"""What fits no intent: out of scope, or an intent that nobody has thought of yet.

A model that must choose among its intents is often sure of an utterance that belongs to none, so
this looks at distances: how far is a text from the nearest examples, beside how far the examples of
that intent are from each other? (k nearest neighbours as in Kuo et al. 2020 and Sun et al. 2022.)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from intent_al.records import FloatArray, IntArray
from intent_al.strategies.vectors import CHUNK

NEIGHBOURS = 5
_LEAST_SPREAD = 0.05


class Novelty(NamedTuple):
    """``score`` (n,) in [0, 1], higher = fits less. ``unusual`` (n,) in [0, 1]: the share of the
    bot's own examples that fit better. ``nearest`` (n,): the row of the nearest example.
    Without examples there is nothing to fit, and all scores are 0."""

    score: FloatArray
    unusual: FloatArray
    nearest: IntArray


def novelty(vectors: FloatArray, examples: FloatArray, intents: IntArray) -> Novelty:
    """Of (n, d) unit rows beside (m, d) examples of the intents (m,). O(n m d).

    The distance of a text is the mean of 1 - cosine to its ``NEIGHBOURS`` nearest examples; its
    score relates that to the spread of the intent of the nearest one, the median distance of its
    examples from the others.
    """
    n, m = len(vectors), len(examples)
    if not m:
        zeros = np.zeros(n, dtype=np.float32)
        return Novelty(zeros, zeros, np.full(n, -1, dtype=np.int32))
    own, _ = _distances(examples, examples, without_itself=True)
    spread = _spread(own, intents)
    relative_own = own / spread[intents]
    distance, nearest = _distances(vectors, examples)
    relative = distance / spread[intents[nearest]]
    fit_better = np.searchsorted(np.sort(relative_own), relative, side="left") / m
    score = relative / (1.0 + relative)
    return Novelty(score.astype(np.float32), fit_better.astype(np.float32), nearest)


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
        nearest[first : first + CHUNK] = near.argmax(axis=1)
        if count:
            top = np.partition(near, len(examples) - count, axis=1)[:, -count:]
            distance[first : first + CHUNK] = np.maximum(1.0 - top.mean(axis=1), 0.0)
    return distance, nearest
