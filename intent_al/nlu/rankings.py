"""Rankings of intents, as logs and servers have them, as one table of probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from intent_al.records import FloatArray

FALLBACK = "nlu_fallback"
"""What Rasa's FallbackClassifier puts before a ranking; it is no intent."""

Ranking = Sequence[tuple[str, float]]


def as_table(rankings: Sequence[Ranking], labels: Sequence[str]) -> FloatArray:
    """Probabilities (n, k) of ``labels``, which hold every name of a ranking.

    What a truncated ranking leaves out is shared evenly by the intents that it does not name, but
    none of them gets more than the last one that it names: margin and least confidence of a
    ranking of two and more stay exact, the entropy becomes an estimate.
    """
    place = {name: number for number, name in enumerate(labels)}
    table = np.full((len(rankings), len(labels)), -1.0, dtype=np.float32)
    for row, ranking in enumerate(rankings):
        for name, probability in ranking:
            table[row, place[name]] = probability
        missing = table[row] < 0
        if missing.any() and ranking:
            rest = max(0.0, 1.0 - sum(probability for _, probability in ranking))
            table[row, missing] = min(rest / int(missing.sum()), ranking[-1][1])
    return table
