"""What every strategy has to beat: the order of arrival, and chance."""

from __future__ import annotations

import numpy as np

from intent_al.strategies.base import Choice, Need, Pool


class Random:
    """Uniformly drawn; what a team does that samples its log. Weights are not looked at."""

    name = "random"
    needs: frozenset[Need] = frozenset()

    def choose(self, pool: Pool, size: int, rng: np.random.Generator) -> Choice:
        size = min(size, pool.n)
        rows = rng.choice(pool.n, size=size, replace=False).astype(np.int32)
        return Choice(rows, np.zeros(size, dtype=np.float32))


class Chronological:
    """Oldest first; what a team does that reads its log from the top."""

    name = "chronological"
    needs: frozenset[Need] = frozenset()

    def choose(self, pool: Pool, size: int, rng: np.random.Generator) -> Choice:
        size = min(size, pool.n)
        return Choice(np.arange(size, dtype=np.int32), np.zeros(size, dtype=np.float32))
