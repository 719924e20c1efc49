"""From scores to a batch: what stands for many, what is said by many, and nothing twice.

A batch of the most uncertain texts alone is a heap of oddities: near copies of each other and
messages that no other message resembles. Pure functions on arrays, so that a simulation of a year
and a nightly job choose alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from intent_al.records import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

CLOSENESS_POWER = 1.0
"""How hard a text is discounted for being like one that was taken: (1 - cosine) to this power."""


def density(vectors: csr_matrix) -> FloatArray:
    """(n,) in [0, 1]: mean cosine of each text to all texts, relative to the densest one.

    Information density (Settles & Craven 2008). Linear in n: the mean of dot products is the dot
    product with the mean.
    """
    if vectors.shape[0] == 0:
        return np.zeros(0, dtype=np.float32)
    centre = np.asarray(vectors.mean(axis=0)).ravel()
    mean = np.asarray(vectors @ centre).ravel()
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


def pick(
    score: FloatArray,
    vectors: csr_matrix,
    size: int,
    *,
    allowed: BoolArray,
    senders: Sequence[str],
    per_sender: int,
    near_copy: float,
) -> tuple[list[int], Counter[str]]:
    """Up to ``size`` rows, best first, and why others were passed over.

    Greedy: after each choice the scores of what resembles it fall by its likeness. A text as like
    as ``near_copy`` to a chosen one is never taken, and no sender more than ``per_sender`` times.
    O(size · nonzeros of ``vectors``).
    """
    open_ = allowed.copy()
    likeness = np.zeros(len(score), dtype=np.float32)
    taken: list[int] = []
    by_sender: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    while len(taken) < size:
        discount = (1.0 - likeness) ** CLOSENESS_POWER
        gain = np.where(open_ & (likeness < near_copy), score * discount, -1.0)
        best = int(gain.argmax()) if len(gain) else -1
        if best < 0 or gain[best] < 0:
            break
        open_[best] = False
        if by_sender[senders[best]] >= per_sender:
            passed["said by one sender too often"] += 1
            continue
        by_sender[senders[best]] += 1
        taken.append(best)
        likeness = np.maximum(likeness, (vectors @ vectors[best].T).toarray().ravel())
        likeness = np.clip(likeness, 0.0, 1.0)
    passed["near duplicate"] += int((open_ & (likeness >= near_copy)).sum())
    return taken, passed
