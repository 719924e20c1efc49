"""Words and letters, weighted and folded into a few hundred dimensions; there is no model to get.

Latent semantic analysis (Deerwester et al. 1990) of the features that the built-in model reads.
They are hashed with array operations, several times faster than scikit-learn's vectorizers and as
good. It knows a typo and a compound, and no synonym that does not share its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from intent_al.encoders.base import LONGEST, unit_rows
from intent_al.nlu.features import CHUNK, TextFeatures
from intent_al.records import FloatArray

DIMENSIONS = 256
FITTED_ON = 20_000
"""Texts that the space is fitted on, at most: more cost time and turn it only a little."""


def open_encoder(argument: str, corpus: Sequence[str], seed: int) -> TfidfEncoder:
    return TfidfEncoder(corpus, seed)


class TfidfEncoder:
    encoder_id = "tfidf"
    lasting = False

    def __init__(self, corpus: Sequence[str], seed: int = 0) -> None:
        """Fit on the distinct texts of ``corpus``, or as many of them as ``seed`` draws."""
        from sklearn.utils.extmath import randomized_svd  # slow to import

        texts = sorted({text[:LONGEST] for text in corpus})  # their order must not matter
        if len(texts) > FITTED_ON:
            drawn = np.random.default_rng(seed).permutation(len(texts))[:FITTED_ON]
            texts = [texts[at] for at in np.sort(drawn)]
        self._features = TextFeatures(texts or [""])
        rows = self._features.training_rows
        kept = min(DIMENSIONS, *rows.shape)
        self._axes = np.zeros((self._features.width, 1), dtype=np.float32)
        if kept:
            _, _, axes = randomized_svd(rows, n_components=kept, n_iter=2, random_state=seed)
            self._axes = np.ascontiguousarray(axes.T, dtype=np.float32)

    def encode(self, texts: Sequence[str]) -> FloatArray:
        found = np.zeros((len(texts), self._axes.shape[1]), dtype=np.float32)
        for first in range(0, len(texts), CHUNK):
            chunk = [text[:LONGEST] for text in texts[first : first + CHUNK]]
            found[first : first + CHUNK] = unit_rows(self._features.transform(chunk) @ self._axes)
        return found
