"""Strategies of other libraries, made to choose from our pools: for the benchmark only.

Each gets a classifier that is fitted already, as in its own loop, and the time of that is not
counted: ``seconds`` is what the library's own call has taken.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from intent_al.nlu.linear import fitted
from intent_al.strategies.base import Choice, Need, Pool, required

Query = Callable[[Pool, int, int, LogisticRegression], "tuple[Any, float]"]

PINNED = ("scikit-activeml==1.0.1", "small-text==1.4.1", "modAL-python==0.4.2.1")


@dataclass
class Peer:
    """``diverse``: it looks at how alike the utterances of a batch are."""

    name: str
    query: Query
    diverse: bool
    seconds: list[float] = field(default_factory=list)
    needs: frozenset[Need] = frozenset({Need.PROBABILITIES, Need.VECTORS})

    def choose(self, pool: Pool, size: int, rng: np.random.Generator) -> Choice:
        assert pool.known_intents is not None
        teaches = pool.known_intents >= 0
        model = LogisticRegression(C=20.0, max_iter=1_000, tol=1e-3)
        fitted(model, required(pool.known)[teaches], pool.known_intents[teaches])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows, seconds = self.query(pool, size, int(rng.integers(2**31)), model)
        self.seconds.append(seconds)
        found = np.asarray(rows, dtype=np.int32).ravel()
        return Choice(found, np.ones(len(found), dtype=np.float32))


def peers() -> list[Peer]:
    """Raises ImportError where a library is missing; ``PINNED`` are what was measured."""
    from skactiveml.pool import DropQuery, Falcun, TypiClust, UncertaintySampling

    def margin(seed: int) -> Any:
        return UncertaintySampling(method="margin_sampling", random_state=seed)

    return [
        Peer("scikit-activeml margin", _activeml(margin, classifier=True), False),
        Peer("scikit-activeml Falcun", _activeml(_seeded(Falcun), classifier=True), True),
        Peer("scikit-activeml DropQuery", _activeml(_seeded(DropQuery), classifier=True), True),
        Peer("scikit-activeml TypiClust", _activeml(_seeded(TypiClust), classifier=False), True),
        Peer("small-text BreakingTies", _small_text, False),
        Peer("modAL margin", _modal, False),
    ]


def _seeded(kind: Any) -> Callable[[int], Any]:
    return lambda seed: kind(random_state=seed)


def _activeml(make: Callable[[int], Any], *, classifier: bool) -> Query:
    def query(pool: Pool, size: int, seed: int, model: LogisticRegression) -> tuple[Any, float]:
        from skactiveml.classifier import SklearnClassifier

        known, vectors = required(pool.known), required(pool.vectors)
        assert pool.known_intents is not None
        y = np.full(len(known) + pool.n, np.nan)
        y[: len(known)] = np.where(pool.known_intents >= 0, pool.known_intents, np.nan)
        x = np.concatenate([known, vectors])
        more: dict[str, Any] = {}
        if classifier:
            wrapped = SklearnClassifier(model, classes=model.classes_, missing_label=np.nan)
            more = {"clf": wrapped.fit(x, y), "fit_clf": False}
        asked = np.arange(len(known), len(x))
        begin = time.perf_counter()
        rows = make(seed).query(x, y, candidates=asked, batch_size=size, **more)
        return rows - len(known), time.perf_counter() - begin

    return query


class _Rows:
    """What small-text asks of a set of data: a length, and a part of it."""

    def __init__(self, x: Any) -> None:
        self.x = x

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, rows: Any) -> _Rows:
        return _Rows(self.x[rows])


@dataclass(frozen=True)
class _OfRows:
    model: LogisticRegression

    def predict_proba(self, rows: _Rows) -> Any:
        return self.model.predict_proba(rows.x)


def _small_text(pool: Pool, size: int, seed: int, model: LogisticRegression) -> tuple[Any, float]:
    from small_text import BreakingTies

    data, every = _Rows(required(pool.vectors)), np.arange(pool.n)
    none = np.zeros(0, dtype=np.int64)
    begin = time.perf_counter()
    rows = BreakingTies().query(_OfRows(model), data, every, none, none, n=size)
    return rows, time.perf_counter() - begin


def _modal(pool: Pool, size: int, seed: int, model: LogisticRegression) -> tuple[Any, float]:
    from modAL.uncertainty import margin_sampling

    begin = time.perf_counter()
    found = margin_sampling(model, required(pool.vectors), n_instances=size)
    rows = found[0] if isinstance(found, tuple) else found
    return rows, time.perf_counter() - begin
