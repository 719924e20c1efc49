"""What no batch may hold, whichever quota asks: copies, and too much of one sender."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from intent_al.records import FloatArray
from intent_al.store.queue import Candidate
from intent_al.strategies.base import Pool, Rows, Strategy
from intent_al.strategies.registry import choose
from intent_al.texts import ngrams

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(slots=True)
class BatchScreen:
    """Takes rows of the pool one by one; ``left_out`` counts what it turned away, by reason.

    ``judged_by`` are encoded texts that the bot is judged by, ``asked`` those that people have been
    asked about; ``senders`` says who said an utterance most, by its id.
    """

    items: Sequence[Candidate]
    judged_by: csr_matrix
    asked: csr_matrix
    senders: Mapping[int, str]
    per_sender: int
    left_out: Counter[str]
    taken: list[int] = field(default_factory=list)
    turned_away: set[int] = field(default_factory=set)
    _by_sender: Counter[str] = field(default_factory=Counter)
    _encoded: list[csr_matrix] = field(default_factory=list)

    def offer(self, rows: Rows, scores: FloatArray, size: int) -> list[tuple[int, float]]:
        """Up to ``size`` of the rows, in their order, that may be in the batch."""
        encoded = ngrams.encode([self.items[row].text for row in rows.tolist()])
        judged = ngrams.are_copies(encoded, self.judged_by)
        asked = ngrams.are_copies(encoded, self.asked)
        accepted: list[tuple[int, float]] = []
        for at, row in enumerate(rows.tolist()):
            if len(accepted) == size:
                break
            reason = self._objection(row, encoded[at], judged=judged[at], asked=asked[at])
            if reason:
                self.left_out[reason] += 1
                self.turned_away.add(row)
                continue
            self.taken.append(row)
            self._encoded.append(encoded[at])
            self._by_sender[self._sender(row)] += 1
            accepted.append((row, float(scores[at])))
        return accepted

    def fill(
        self, strategy: Strategy, pool: Pool, allowed: Rows, size: int, rng: np.random.Generator
    ) -> list[tuple[int, float]]:
        """Up to ``size`` (row, score) by the strategy; it is asked again for what was turned away.

        ``allowed`` are the rows of the pool that it may choose from.
        """
        accepted: list[tuple[int, float]] = []
        spare = 0
        while len(accepted) < size:
            gone = self.turned_away.union(self.taken)
            left = allowed[~np.isin(allowed, list(gone))]
            if not len(left):
                break
            missing = size - len(accepted)
            choice = choose(strategy, self._without(pool, left), missing + spare, rng)
            rows = left[choice.rows]
            accepted += self.offer(rows, choice.scores, missing)
            spare = 2 * spare + 10  # where much is turned away, few rounds shall do
        return accepted

    def _without(self, pool: Pool, left: Rows) -> Pool:
        """What is left of the pool; what the batch holds already is known."""
        rest = pool.at(left)
        if self.taken and pool.vectors is not None and pool.known is not None:
            known = np.concatenate([pool.known, pool.vectors[self.taken]])
            intents = pool.known_intents
            if intents is not None:
                intents = np.pad(intents, (0, len(self.taken)), constant_values=-1)
            return replace(rest, known=known, known_intents=intents)
        return rest

    def _objection(self, row: int, encoded: csr_matrix, *, judged: bool, asked: bool) -> str:
        if judged:
            return "copy of a text the bot is judged by"
        if asked:
            return "copy of a text that was asked about before"
        if self._by_sender[self._sender(row)] >= self.per_sender:
            return "said by one sender too often"
        if self._encoded:
            from scipy.sparse import vstack

            if ngrams.are_copies(encoded, vstack(self._encoded))[0]:
                return "near duplicate"
        return ""

    def _sender(self, row: int) -> str:
        return self.senders.get(self.items[row].id, "")
