"""Which labels of the training data are probably wrong.

Two witnesses again, since each is deceived by something else: a model that has not seen the example
and does not believe its label (confident learning, Northcutt et al. 2021), and the nearest other
examples, most of which have another one (as in Wilson 1972, weighted by their distance).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from intent_al.evaluation.calibration import softmax
from intent_al.nlu.linear import out_of_fold
from intent_al.records import FloatArray, IntArray
from intent_al.strategies.vectors import CHUNK

FOLDS = 2
"""As good as five, in a third of the time."""
NEIGHBOURS = 20
_WIDTH = 0.05
_MODEL_SHARE = 0.6
_OTHER_SHARE = 0.5
"""How much a single other intent that is likely says, beside a label that is not."""


class Suspicion(NamedTuple):
    """``score`` (m,) in [0, 1], higher = look sooner. ``instead`` (m,): the intent that the
    witnesses find likeliest; ``contradicted`` (m,): whether that is another one. ``shares`` (m, 2)
    in [0, 1]: how much they believe that other one, and the label."""

    score: FloatArray
    instead: IntArray
    contradicted: npt.NDArray[np.bool_]
    shares: FloatArray


def suspicion(vectors: FloatArray, intents: IntArray) -> Suspicion:
    """Of the labels (m,), numbers from 0, of examples with unit vectors (m, d).

    O(m^2 d), and the fit of a linear model, once a fold. Below two intents nothing is suspicious.
    """
    m = len(vectors)
    k = int(intents.max()) + 1 if m else 0
    if k < 2 or len(np.unique(intents)) < 2:
        none = np.zeros(m, np.float32)
        return Suspicion(none, intents, np.zeros(m, np.bool_), np.stack([none, none + 1], axis=1))
    scores = out_of_fold(vectors, intents, k, FOLDS)
    believed = softmax(np.where(np.isfinite(scores), scores, -30.0).astype(np.float32))
    shares = _MODEL_SHARE * believed + (1 - _MODEL_SHARE) * _votes(vectors, intents, k)
    rows = np.arange(m)
    own = shares[rows, intents]
    rivals = shares.copy()
    rivals[rows, intents] = -1.0
    other, instead = rivals.max(axis=1), rivals.argmax(axis=1)
    score = np.clip((1 - own + _OTHER_SHARE * other) / (1 + _OTHER_SHARE), 0.0, 1.0)
    contradicted = other > own
    return Suspicion(
        score.astype(np.float32),
        np.where(contradicted, instead, intents).astype(np.int32),
        contradicted,
        np.stack([other, own], axis=1).astype(np.float32),
    )


def _votes(vectors: FloatArray, intents: IntArray, k: int) -> FloatArray:
    """(m, k) what the nearest other examples say, the nearer the louder; rows sum to 1."""
    m = len(vectors)
    count = min(NEIGHBOURS, m - 1)
    votes = np.zeros((m, k), dtype=np.float32)
    for first in range(0, m, CHUNK):
        near = vectors[first : first + CHUNK] @ vectors.T
        rows = np.arange(len(near))
        near[rows, first + rows] = -np.inf
        nearest = np.argpartition(near, m - count, axis=1)[:, -count:]
        similarity = np.take_along_axis(near, nearest, axis=1)
        weight = np.exp((similarity - similarity.max(axis=1, keepdims=True)) / _WIDTH)
        np.add.at(votes, (first + rows[:, None], intents[nearest]), weight)
    return np.asarray(votes / votes.sum(axis=1, keepdims=True), dtype=np.float32)
