"""Expected model change: how hard an answer would pull at a linear model's weights.

The expected gradient length of Settles, Craven & Ray 2008. For multinomial logistic regression
the gradient of one labelled row is the outer product of (p - one_hot(y)) and (x, 1), so its length
is a product of two lengths and the expectation over y needs no gradient at all.
"""

from __future__ import annotations

import numpy as np

from intent_al.records import FloatArray


def expected_gradient_length(probabilities: FloatArray, vectors: FloatArray) -> FloatArray:
    """(n,) in [0, 1]: sum over y of p_y |p - one_hot(y)| |(x, 1)|, over its bound sqrt(2).

    Rows of unit length make it a function of the probabilities alone; a text that the encoder
    knows nothing of (a zero row) counts for less, as it could only move the bias.
    """
    squared = (probabilities * probabilities).sum(axis=1, keepdims=True)
    pull = np.sqrt(np.maximum(squared - 2 * probabilities + 1, 0.0))
    expected = (probabilities * pull).sum(axis=1)
    length = np.sqrt(((vectors * vectors).sum(axis=1) + 1) / 2)
    return np.asarray(np.clip(expected * length, 0.0, 1.0), dtype=np.float32)
