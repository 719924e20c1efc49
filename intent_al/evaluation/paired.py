"""Whether one model is better than another, or only luckier on these test items.

Both models answer the same items, so the items are drawn again together: what one item is worth
to both cancels out, and a few hundred items can tell differences of a few points apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Difference:
    """Accuracy of the second minus that of the first, with its interval; points as fractions."""

    mean: float
    low: float
    high: float
    items: int


def paired_bootstrap(
    first: npt.NDArray[np.bool_],
    second: npt.NDArray[np.bool_],
    rng: np.random.Generator,
    draws: int = 10_000,
    coverage: float = 0.95,
) -> Difference:
    """Percentile interval of the accuracy difference of two models on the same items.

    ``first`` and ``second`` (n,) say which items each model got right. An item is worth -1, 0 or
    1, so a draw of n items is a multinomial draw of three counts: no item is ever copied.
    """
    if first.shape != second.shape:
        raise ValueError(f"{first.shape} answers of the first, {second.shape} of the second")
    n = len(first)
    if not n:
        return Difference(0.0, 0.0, 0.0, 0)
    worth = second.astype(np.int64) - first.astype(np.int64)
    shares = np.bincount(worth + 1, minlength=3) / n
    counts = rng.multinomial(n, shares, size=draws)
    differences = (counts[:, 2] - counts[:, 0]) / n
    tail = (1 - coverage) / 2
    low, high = np.quantile(differences, [tail, 1 - tail])
    return Difference(float(worth.mean()), float(low), float(high), n)
