"""What a strategy is given, what it gives back, and what it may ask for.

A strategy knows arrays only: no texts, no store, no model. So a simulation of a year, a nightly job
and a test choose by the same code, and a strategy of another package needs nothing of ours but
this file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from intent_al.errors import UsageError
from intent_al.records import FloatArray, IntArray

Rows = npt.NDArray[np.int64]


UNKNOWN, NO_INTENT = -1, -2
"""In place of an intent: nobody has answered yet; somebody has, and it is out of scope."""


class Need(str, Enum):
    """What a strategy cannot do without."""

    PROBABILITIES = "probabilities"
    VECTORS = "vectors"
    COMMITTEE = "committee"


_REMEDY = {
    Need.PROBABILITIES: "run `intent-al predict` first",
    Need.VECTORS: "name an encoder in [select] encoder",
    Need.COMMITTEE: "give the bot examples of two intents, or let a second engine predict",
}


@dataclass(frozen=True, slots=True)
class Pool:
    """What is known of ``n`` utterances that somebody might be asked about, oldest first.

    ``probabilities`` (n, k) of the model in use, rows sum to 1; ``ambiguity`` (n,) in [0, 1] of its
    entity spans. ``vectors`` (n, d), float32, rows of unit length or zero. ``committee`` (members,
    n, k): probabilities of several models over the same intents. ``weight`` (n,) in (0, 1]: how
    much an utterance counts, by the people who said it; None = all alike. ``known`` (m, d): vectors
    of what is labelled, or being asked already; ``known_intents`` (m,) are the columns of their
    intents in ``probabilities``, or UNKNOWN, or NO_INTENT.
    """

    n: int
    probabilities: FloatArray | None = None
    ambiguity: FloatArray | None = None
    vectors: FloatArray | None = None
    committee: FloatArray | None = None
    weight: FloatArray | None = None
    known: FloatArray | None = None
    known_intents: IntArray | None = None

    def at(self, rows: Rows) -> Pool:
        """The pool of these rows only."""
        return replace(
            self,
            n=len(rows),
            probabilities=None if self.probabilities is None else self.probabilities[rows],
            ambiguity=None if self.ambiguity is None else self.ambiguity[rows],
            vectors=None if self.vectors is None else self.vectors[rows],
            committee=None if self.committee is None else self.committee[:, rows],
            weight=None if self.weight is None else self.weight[rows],
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """``rows`` of the pool, best first, and the ``scores`` of these rows, in [0, 1]."""

    rows: IntArray
    scores: FloatArray


class Strategy(Protocol):
    """Chooses rows of a pool; it keeps nothing from one batch to the next."""

    @property
    def name(self) -> str: ...

    @property
    def needs(self) -> frozenset[Need]: ...

    def choose(self, pool: Pool, size: int, rng: np.random.Generator) -> Choice:
        """``min(size, pool.n)`` different rows, from a pool that has all that is needed."""
        ...


def check(strategy: Strategy, pool: Pool) -> None:
    """Raises UsageError naming what the strategy needs and the pool has not."""
    for need in sorted(strategy.needs):
        if getattr(pool, need.value) is None:
            raise UsageError(
                f"the strategy {strategy.name!r} needs {need.value}, and there are none: "
                f"{_REMEDY[need]}, or choose another strategy"
            )


def required(array: FloatArray | None) -> FloatArray:
    """What ``check`` has made sure of."""
    assert array is not None
    return array


def best(scores: FloatArray, size: int) -> IntArray:
    """The rows of the ``size`` highest scores, best first; among equals the older row. O(n)."""
    size = min(size, len(scores))
    if size <= 0:
        return np.zeros(0, dtype=np.int32)
    edge = np.partition(scores, len(scores) - size)[len(scores) - size]
    # rows above the edge are in; of those on it, only as many as are missing
    above = np.flatnonzero(scores > edge)
    level = np.flatnonzero(scores == edge)[: size - len(above)]
    rows = np.concatenate([above, level])
    return np.asarray(rows[np.lexsort((rows, -scores[rows]))], dtype=np.int32)
