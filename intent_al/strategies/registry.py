"""The strategies by the name under which a project asks for them.

Built-in ones are listed here; a package adds its own by an entry point of the group
``intent_al.strategies`` that names a function without arguments (a class, say) giving a strategy.
``0.7*margin + 0.3*density`` is a weighted combination of those that score each utterance by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from intent_al.entities.ambiguity import entity_ambiguity
from intent_al.errors import ConfigError, UsageError
from intent_al.plugins import MOVED, Plugins
from intent_al.records import PredictionBatch
from intent_al.strategies import committee, density, scores
from intent_al.strategies.badge import Badge
from intent_al.strategies.base import Choice, Need, Pool, Strategy, check, required
from intent_al.strategies.baselines import Chronological, Random
from intent_al.strategies.cluster_margin import ClusterMargin
from intent_al.strategies.doubt_coverage import DoubtCoverage
from intent_al.strategies.k_center import KCenter
from intent_al.strategies.margin_kmeans import MarginKMeans
from intent_al.strategies.model_change import expected_gradient_length
from intent_al.strategies.pointwise import Pointwise, Score, combination
from intent_al.strategies.typiclust import TypiClust

DEFAULT = "doubt_coverage"


def _of_probabilities(name: str, score: Callable[[scores.Probabilities], object]) -> Pointwise:
    return _pointwise(name, lambda pool: score(required(pool.probabilities)), Need.PROBABILITIES)


def _of_committee(name: str, score: Callable[..., object]) -> Pointwise:
    return _pointwise(name, lambda pool: score(required(pool.committee)), Need.COMMITTEE)


def _pointwise(name: str, score: Callable[[Pool], object], *needs: Need) -> Pointwise:
    kept: Score = lambda pool: np.asarray(score(pool), dtype=np.float32)  # noqa: E731
    return Pointwise(name, kept, frozenset(needs))


def _spans_in_doubt(pool: Pool) -> object:
    return np.zeros(pool.n) if pool.ambiguity is None else pool.ambiguity


_BUILT_IN: tuple[Strategy, ...] = (
    DoubtCoverage(),
    _pointwise("uncertainty", scores.doubt, Need.PROBABILITIES),
    _of_probabilities("margin", scores.margin),
    _of_probabilities("least_confidence", scores.least_confidence),
    _of_probabilities("entropy", scores.entropy),
    _pointwise("entity_ambiguity", _spans_in_doubt, Need.PROBABILITIES),
    _of_committee("vote_entropy", committee.vote_entropy),
    _of_committee("committee_kl", committee.kl_to_consensus),
    _pointwise(
        "expected_model_change",
        lambda pool: expected_gradient_length(required(pool.probabilities), required(pool.vectors)),
        Need.PROBABILITIES,
        Need.VECTORS,
    ),
    _pointwise("density", lambda pool: density.density(required(pool.vectors)), Need.VECTORS),
    _pointwise(
        "information_density",
        lambda pool: scores.doubt(pool) * density.density(required(pool.vectors)),
        Need.PROBABILITIES,
        Need.VECTORS,
    ),
    MarginKMeans(),
    ClusterMargin(),
    Badge(),
    KCenter(),
    TypiClust(),
    Random(),
    Chronological(),
)
BUILT_IN: Mapping[str, Strategy] = MappingProxyType({one.name: one for one in _BUILT_IN})

_PLUGINS = Plugins(
    "strategy",
    "intent_al.strategies",
    dict.fromkeys(BUILT_IN, __name__),
    unknown=UsageError,
    broken=ConfigError,
    moved=MOVED,
)

_OF_PREDICTIONS = frozenset({Need.PROBABILITIES})

_PART = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)\s*\*)?\s*([a-z][\w-]*)\s*")


def available() -> list[str]:
    """The names of all strategies that are installed; built-in ones first."""
    return _PLUGINS.names()


def open_strategy(name: str) -> Strategy:
    """The strategy of that name, or the combination that it spells.

    Raises UsageError naming what there is, ConfigError where another package's cannot be loaded.
    """
    if "+" in name or "*" in name:
        return _combined(name)
    if name in BUILT_IN:
        return BUILT_IN[name]
    return _PLUGINS.make(name)  # type: ignore[no-any-return]


def of_predictions() -> Mapping[str, Pointwise]:
    """The built-in strategies that score what a model predicts, without anything else."""
    return {
        name: one
        for name, one in BUILT_IN.items()
        if isinstance(one, Pointwise) and one.needs == _OF_PREDICTIONS
    }


def predicted(batch: PredictionBatch) -> Pool:
    """A pool that knows only what one model predicts."""
    ambiguity = entity_ambiguity(batch.spans, len(batch)) if len(batch.spans.row) else None
    return Pool(len(batch), probabilities=batch.probabilities, ambiguity=ambiguity)


def choose(strategy: Strategy, pool: Pool, size: int, rng: np.random.Generator) -> Choice:
    """``strategy.choose`` of a pool that has what it needs; raises UsageError for another."""
    check(strategy, pool)
    if pool.n == 0 or size <= 0:
        return Choice(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))
    return strategy.choose(pool, size, rng)


def _combined(spelt: str) -> Strategy:
    parts: dict[Pointwise, float] = {}
    for piece in spelt.split("+"):
        found = _PART.fullmatch(piece)
        if found is None:
            raise UsageError(
                f"{piece.strip()!r} in the strategy {spelt!r} is no weight times a name; "
                "an example: 0.7*margin + 0.3*density"
            )
        part = open_strategy(found[2])
        if not isinstance(part, Pointwise):
            raise UsageError(
                f"{part.name!r} chooses whole batches and cannot be part of {spelt!r}; what can: "
                + ", ".join(name for name, one in BUILT_IN.items() if isinstance(one, Pointwise))
            )
        weight = float(found[1] or 1)
        if weight <= 0:
            raise UsageError(f"the weight of {part.name!r} in {spelt!r} must be above 0")
        parts[part] = parts.get(part, 0.0) + weight
    return combination(spelt, parts)
