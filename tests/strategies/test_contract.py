"""Every strategy of the registry keeps the contract, and no check is idle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from intent_al.strategies import testing
from intent_al.strategies.base import Choice, Need, Pool, Strategy
from intent_al.strategies.registry import BUILT_IN, open_strategy

COMBINATION = "0.7*margin + 0.3*density"


class TestBuiltIn(testing.StrategyContract):
    @pytest.fixture(params=[*BUILT_IN, COMBINATION])
    def strategy(self, request: pytest.FixtureRequest) -> Strategy:
        return open_strategy(request.param)


def first_rows(pool: Pool, size: int, rng: np.random.Generator) -> Choice:
    rows = np.arange(min(size, pool.n), dtype=np.int32)
    return Choice(rows, np.zeros(len(rows), dtype=np.float32))


@dataclass
class Twin:
    """A strategy that takes the first rows, but for its fault."""

    choose: Callable[[Pool, int, np.random.Generator], Choice] = first_rows
    name: str = "twin"
    needs: frozenset[Need] = field(default_factory=frozenset)


def twice(pool: Pool, size: int, rng: np.random.Generator) -> Choice:
    choice = first_rows(pool, size, rng)
    return Choice(choice.rows * 0, choice.scores)


def above_one(pool: Pool, size: int, rng: np.random.Generator) -> Choice:
    choice = first_rows(pool, size, rng)
    return Choice(choice.rows, choice.scores + 2)


def globally_drawn(pool: Pool, size: int, rng: np.random.Generator) -> Choice:
    rows = np.random.permutation(pool.n)[:size].astype(np.int32)
    return Choice(rows, np.zeros(len(rows), dtype=np.float32))


def spoiling(pool: Pool, size: int, rng: np.random.Generator) -> Choice:
    if pool.vectors is not None:
        pool.vectors[0] = 9.0
    return first_rows(pool, size, rng)


def secretly_needing(pool: Pool, size: int, rng: np.random.Generator) -> Choice:
    assert pool.committee is not None
    return first_rows(pool, size, rng)


def without_copies(pool: Pool, size: int, rng: np.random.Generator) -> Choice:
    assert pool.vectors is not None
    rows = np.unique(pool.vectors, axis=0, return_index=True)[1][:size].astype(np.int32)
    return Choice(rows, np.zeros(len(rows), dtype=np.float32))


def dividing_by_doubt(pool: Pool, size: int, rng: np.random.Generator) -> Choice:
    assert pool.probabilities is not None
    rows = first_rows(pool, size, rng).rows
    doubt = 1 - pool.probabilities.max(axis=1)[rows]
    with np.errstate(invalid="ignore"):
        return Choice(rows, (doubt / doubt.sum()).astype(np.float32))


TWINS = {
    testing.check_gives_different_rows_of_the_pool: Twin(twice),
    testing.check_scores_lie_in_the_unit_interval: Twin(above_one),
    testing.check_the_same_seed_gives_the_same_rows: Twin(globally_drawn),
    testing.check_leaves_the_pool_as_it_was: Twin(spoiling),
    testing.check_refuses_a_pool_without_what_it_needs: Twin(secretly_needing),
    testing.check_copes_with_texts_that_are_all_alike: Twin(without_copies),
    testing.check_copes_with_certainty_and_one_intent: Twin(dividing_by_doubt),
}


@pytest.mark.parametrize("check", testing.CHECKS, ids=lambda check: check.__name__)
def test_a_broken_twin_fails_the_check(check: Callable[[Strategy], None]) -> None:
    check(Twin())
    with pytest.raises(AssertionError):
        check(TWINS[check])
