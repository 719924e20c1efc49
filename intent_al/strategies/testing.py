"""What every strategy promises, as checks that anybody who writes one can run.

Let pytest collect the class, with the strategy as its fixture::

    class TestMine(StrategyContract):
        @pytest.fixture
        def strategy(self):
            return open_strategy("mine")

Each check is a function of a strategy that raises AssertionError.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from intent_al.errors import UsageError
from intent_al.plugins import checks_of, with_tests
from intent_al.records import FloatArray
from intent_al.strategies.base import Choice, Pool, Strategy
from intent_al.strategies.registry import choose

_INTENTS = 5
_WIDTH = 8
_ARRAYS = ("probabilities", "ambiguity", "vectors", "committee", "weight", "known", "known_intents")


def make_pool(n: int, seed: int = 0) -> Pool:
    """A pool with everything that a strategy may need; a tenth of the texts have no vector."""
    rng = np.random.default_rng(seed)
    committee = rng.dirichlet(np.full(_INTENTS, 0.3), size=(3, n)).astype(np.float32)
    vectors = _unit(rng.normal(size=(n, _WIDTH)))
    vectors[rng.random(n) < 0.1] = 0.0
    return Pool(
        n,
        probabilities=committee[0],
        ambiguity=rng.random(n, dtype=np.float32),
        vectors=vectors,
        committee=committee,
        weight=rng.uniform(0.1, 1.0, n).astype(np.float32),
        known=_unit(rng.normal(size=(10, _WIDTH))),
        known_intents=rng.integers(-1, _INTENTS, 10).astype(np.int32),
    )


def _unit(rows: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> FloatArray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _ask(strategy: Strategy, pool: Pool, size: int, seed: int = 0) -> Choice:
    return choose(strategy, pool, size, np.random.default_rng(seed))


def check_gives_different_rows_of_the_pool(strategy: Strategy) -> None:
    for n, size in ((60, 7), (7, 7), (5, 20), (1, 1)):
        rows = _ask(strategy, make_pool(n), size).rows
        assert len(rows) == min(size, n), f"{len(rows)} rows of {n}, asked for {size}"
        assert len(set(rows.tolist())) == len(rows), "a row comes twice"
        assert ((rows >= 0) & (rows < n)).all(), "a row is not of the pool"


def check_scores_lie_in_the_unit_interval(strategy: Strategy) -> None:
    choice = _ask(strategy, make_pool(60), 20)
    assert choice.scores.shape == choice.rows.shape, "not one score a row"
    assert choice.scores.dtype == np.float32, f"scores are {choice.scores.dtype}, not float32"
    assert np.isfinite(choice.scores).all(), "a score is not finite"
    assert ((choice.scores >= 0) & (choice.scores <= 1)).all(), "a score lies outside [0, 1]"


def check_the_same_seed_gives_the_same_rows(strategy: Strategy) -> None:
    np.random.seed(1)  # whoever draws from the global generator is found out
    first = _ask(strategy, make_pool(60), 10, seed=3)
    np.random.seed(2)
    second = _ask(strategy, make_pool(60), 10, seed=3)
    assert first.rows.tolist() == second.rows.tolist(), "equal seeds give different rows"


def check_leaves_the_pool_as_it_was(strategy: Strategy) -> None:
    pool, untouched = make_pool(60), make_pool(60)
    _ask(strategy, pool, 10)
    for name in _ARRAYS:
        before, after = getattr(untouched, name), getattr(pool, name)
        assert np.array_equal(before, after), f"the {name} of the pool were changed"


def _without(*names: str) -> Pool:
    pool = make_pool(20)
    for name in names:
        object.__setattr__(pool, name, None)  # nobody else has seen it yet
    return pool


def _refusal(strategy: Strategy, pool: Pool) -> str:
    try:
        _ask(strategy, pool, 3)
    except UsageError as error:
        return error.message
    return ""


def check_refuses_a_pool_without_what_it_needs(strategy: Strategy) -> None:
    for need in strategy.needs:
        message = _refusal(strategy, _without(need.value))
        assert message, f"chooses without {need.value}, which it says it needs"
        assert need.value in message, f"the message does not name {need.value}"
    # and what it does not name it does not need
    named = {need.value for need in strategy.needs}
    _ask(strategy, _without(*({*_ARRAYS} - named)), 3)


def check_copes_with_texts_that_are_all_alike(strategy: Strategy) -> None:
    pool = make_pool(30)
    alike = replace(
        pool.at(np.zeros(30, dtype=np.int64)),
        known=np.zeros((0, _WIDTH), dtype=np.float32),
        known_intents=np.zeros(0, dtype=np.int32),
    )
    assert len(_ask(strategy, alike, 10).rows) == 10, "too few rows of texts that are all alike"


def check_copes_with_certainty_and_one_intent(strategy: Strategy) -> None:
    for intents in (1, 4):
        certain = np.zeros((3, 20, intents), dtype=np.float32)
        certain[:, :, 0] = 1.0
        pool = replace(
            make_pool(20),
            probabilities=certain[0],
            committee=certain,
            known_intents=np.zeros(10, dtype=np.int32),
        )
        scores = _ask(strategy, pool, 5).scores
        assert len(scores) == 5, "too few rows where everything is certain"
        assert np.isfinite(scores).all(), "a score is not finite where everything is certain"


CHECKS = checks_of(globals())


class StrategyContract:
    """Subclass, and give it a fixture ``strategy``; pytest finds one test for each check."""


with_tests(StrategyContract, CHECKS)
