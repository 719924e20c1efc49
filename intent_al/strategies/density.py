"""How much of the traffic an utterance stands for."""

from __future__ import annotations

import numpy as np

from intent_al.records import FloatArray, IntArray


def density(vectors: FloatArray) -> FloatArray:
    """(n,) in [0, 1]: mean cosine of each text to all texts, relative to the densest one.

    Information density without the information (Settles & Craven 2008). Linear in n: the mean of
    dot products is the dot product with the mean. Texts that point away from the mean get 0.
    """
    if len(vectors) == 0:
        return np.zeros(0, dtype=np.float32)
    mean = np.maximum(vectors @ vectors.mean(axis=0), 0.0)
    top = float(mean.max())
    return np.asarray(mean / top if top > 0 else np.ones_like(mean), dtype=np.float32)


def frequency(senders: IntArray) -> FloatArray:
    """(n,) in (0, 1]: 1 + log2 of the number of people who said it, relative to the largest.

    People and not messages count, so that one person cannot shout a text to the top.
    """
    if len(senders) == 0:
        return np.zeros(0, dtype=np.float32)
    weight = 1.0 + np.log2(np.maximum(senders, 1))
    return np.asarray(weight / weight.max(), dtype=np.float32)
