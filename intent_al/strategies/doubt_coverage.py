"""The few answers that settle most doubt: uncertainty spread over neighbours, greedily covered.

An answer teaches the model about the utterances around it. So every doubtful utterance is a demand,
as large as its doubt; an answer meets the demand of its neighbours, and what is labelled already
has met some. Each pick is the one that meets most of what is left. A batch of such picks is
uncertain (only doubt is demand), typical (an oddity has no neighbours to speak for) and diverse
(demand is met once), with no number to balance the three.

A facility location problem (Wei, Iyer & Bilmes 2015); coverage by a kernel is that of MaxHerding
(Bae et al. 2024). What is ours: the width of the kernel follows the labels, so that with few of
them an answer speaks for a wide circle and circles shrink as labelling goes on; neighbours count as
such only as far as the model thinks of the same intents for both; intents with few examples, or
little traffic, ask louder; and what resembles the answers *out of scope* asks less, since there is
no end to what a bot is not for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from intent_al.nlu.linear import logistic
from intent_al.records import FloatArray, IntArray
from intent_al.strategies.base import (
    NO_INTENT,
    UNKNOWN,
    Choice,
    Need,
    Pool,
    Rows,
    best,
    required,
)
from intent_al.strategies.scores import doubt
from intent_al.strategies.vectors import mean_similarity_to, similarity_to

_LEAST_WIDTH, _TINY = 1e-3, 1e-12
_DOUBT_POWER = 0.75
"""Half a doubt is more than half a reason to ask."""
_FEW, _NEAREST = 5, 2
"""Answers out of scope before they count, and neighbours that tell what resembles no example."""


@dataclass(frozen=True, slots=True)
class DoubtCoverage:
    """The ``candidates`` most doubtful rows compete to cover ``targets`` rows of the pool.

    ``width``: the kernel exp((cosine - 1) / s) has s = width times the median distance of the
    targets from what is known. ``balance``: an intent with a quarter of the examples of another, or
    of its share of the pool, weighs 4 to this power as much. O(n (k + d)) to find the doubtful,
    then O(targets (candidates + known) (d + k)), whatever the size of the pool.
    """

    name: str = "doubt_coverage"
    needs: frozenset[Need] = frozenset({Need.PROBABILITIES, Need.VECTORS})
    candidates: int = 1_000
    targets: int = 10_000
    width: float = 1.0
    balance: float = 0.75

    def choose(self, pool: Pool, size: int, rng: np.random.Generator) -> Choice:
        vectors, probabilities = required(pool.vectors), required(pool.probabilities)
        worth = in_scope(pool)
        worth *= self._quiet(probabilities, worth)
        if pool.weight is not None:
            worth *= pool.weight
        wanted = doubt(pool) ** _DOUBT_POWER * worth
        offered = best(wanted, max(self.candidates, size))
        asked: Rows = np.arange(pool.n)
        if pool.n > self.targets:
            asked = rng.choice(pool.n, size=self.targets, replace=False)
        # similarities of thought are products of roots of probabilities (Bhattacharyya)
        thought = np.sqrt(probabilities[asked])
        demand = wanted[asked] * self._rarity(pool, thought)
        width, met = self._met(pool, vectors[asked], thought)
        reach = vectors[offered] @ vectors[asked].T
        np.exp((reach - 1.0) / width, out=reach)
        reach *= np.sqrt(probabilities[offered]) @ thought.T
        picks, gains = cover(reach, demand, met, min(size, pool.n))
        return Choice(offered[picks], gains)

    def _quiet(self, probabilities: FloatArray, belonging: FloatArray) -> FloatArray:
        """(n,) how little traffic the likely intents of each row have, of what belongs to any."""
        traffic = np.maximum(belonging @ probabilities, 1.0)
        return np.asarray(
            probabilities @ (traffic.mean() / traffic) ** self.balance, dtype=np.float32
        )

    def _rarity(self, pool: Pool, thought: FloatArray) -> FloatArray:
        """(t,) how rare the likely intents of each target are among the examples."""
        labelled = _labelled(pool)
        if labelled is None:
            return np.ones(len(thought), dtype=np.float32)
        counts = np.bincount(labelled, minlength=thought.shape[1])
        rarity = (counts.mean() / np.maximum(counts, 1)) ** self.balance
        return np.asarray((thought * thought) @ rarity, dtype=np.float32)

    def _met(
        self, pool: Pool, targets: FloatArray, thought: FloatArray
    ) -> tuple[float, FloatArray]:
        """The width of the kernel, and (t,) how much of each target is covered by what is known.

        An example covers a target as far as the target may have its intent; what is only being
        asked about covers it whatever the answer.
        """
        known = pool.known
        if known is None or not len(known):
            return max(self.width, _LEAST_WIDTH), np.zeros(len(targets), dtype=np.float32)
        if pool.known_intents is None:
            nearest = similarity_to(targets, known)[:, None]
            share = np.zeros_like(nearest)
        else:
            # the nearest of each intent is all that counts, so they are put side by side
            order = np.argsort(pool.known_intents, kind="stable")
            intents, first = np.unique(pool.known_intents[order], return_index=True)
            nearest = np.maximum.reduceat(targets @ known[order].T, first, axis=1)
            share = np.log(np.maximum(thought[:, np.maximum(intents, 0)], _TINY))
            share[:, intents < 0] = 0.0
        width = max(self.width * float(np.median(1.0 - nearest.max(axis=1))), _LEAST_WIDTH)
        return width, np.exp(((nearest - 1.0) / width + share).max(axis=1))


def in_scope(pool: Pool) -> FloatArray:
    """(n,) probability that a row has an intent at all, by what was answered; 1 until a few answers
    were *out of scope*.

    Logistic regression on the vector and on the mean similarity to the nearest examples, by which a
    row can be told that is out of scope in a way of its own.
    """
    if pool.known_intents is None or (pool.known_intents == NO_INTENT).sum() < _FEW:
        return np.ones(pool.n, dtype=np.float32)
    vectors, known = required(pool.vectors), required(pool.known)
    answered = pool.known_intents != UNKNOWN
    belongs = pool.known_intents[answered] >= 0
    if not belongs.any():
        return np.ones(pool.n, dtype=np.float32)
    examples, rows = known[pool.known_intents >= 0], known[answered]
    similarity = mean_similarity_to(vectors, examples, _NEAREST)
    # an example is its own nearest: one more is looked at, and that one left out
    own = mean_similarity_to(rows, examples, _NEAREST + 1)
    more = min(_NEAREST + 1, len(examples))
    own = np.where(belongs, (own * more - 1.0) / max(more - 1, 1), own)
    mean, spread = similarity.mean(), max(float(similarity.std()), _LEAST_WIDTH)
    model = logistic(np.column_stack([rows, (own - mean) / spread]), belongs.astype(np.int32))
    asked = np.column_stack([vectors, (similarity - mean) / spread])
    return np.asarray(model.predict_proba(asked)[:, 1], dtype=np.float32)


def _labelled(pool: Pool) -> IntArray | None:
    """The intents of what is labelled; None where none is known."""
    if pool.known_intents is None:
        return None
    labelled = pool.known_intents[pool.known_intents >= 0]
    return labelled if len(labelled) else None


def cover(
    reach: FloatArray, demand: FloatArray, met: FloatArray, size: int
) -> tuple[list[int], FloatArray]:
    """Greedy facility location: rows of ``reach`` (c, t) and their gains, relative to the first.

    ``met`` (t,) is what is covered before. A row is taken once, even where it gains nothing.
    """
    met = met.copy()
    # gains only fall, so what a row gained once is a bound on what it can gain (lazy greedy)
    bound = np.maximum(reach - met, 0.0) @ demand
    picks: list[int] = []
    gains = np.zeros(size, dtype=np.float32)
    for at in range(size):
        while True:
            row = int(bound.argmax())
            gain = float(np.maximum(reach[row] - met, 0.0) @ demand)
            bound[row] = gain
            if gain >= bound.max():
                break
        bound[row] = -1.0
        picks.append(row)
        gains[at] = gain
        np.maximum(met, reach[row], out=met)
    top = gains[0] if size else 0.0
    return picks, np.clip(gains / top, 0.0, 1.0) if top > 0 else gains
