"""How far reviewers agree about the same texts."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

from intent_al.evaluation.agreement import kappa
from intent_al.store import Store, history


class Agreement(NamedTuple):
    """Of two people on the texts that both have decided; Cohen's kappa."""

    first: str
    second: str
    shared: int
    kappa: float | None


def agreements(store: Store) -> list[Agreement]:
    """Of every two people who have decided about the same text, by the intent or the outcome."""
    said = history.said_by(store)
    found = []
    for first, second in combinations(sorted(said), 2):
        both = said[first].keys() & said[second].keys()
        if both:
            one, other = ([said[name][text] for text in both] for name in (first, second))
            found.append(Agreement(first, second, len(both), kappa(one, other)))
    return found
