"""How far two agree about the same things, beyond chance."""

from __future__ import annotations

from collections.abc import Sequence


def kappa(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Cohen's kappa (Cohen 1960) of two answers to each of n >= 1 questions, at most 1; None where
    both always say one and the same, so that nothing tells agreement from chance."""
    from sklearn.metrics import cohen_kappa_score

    if len({*first, *second}) == 1:
        return None
    return float(cohen_kappa_score(first, second))
