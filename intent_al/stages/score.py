"""How unsure are the models, and of what?

Read-only: scores are cheap to compute from predictions, so they are stored nowhere. ``select``
weighs them by how often a text was said and how much of the traffic resembles it; here they are
bare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from intent_al.entities.ambiguity import entity_ambiguity
from intent_al.errors import NotEnoughDataError, UsageError
from intent_al.nlu import rankings
from intent_al.plugins import did_you_mean
from intent_al.records import FloatArray, IntArray, PredictionBatch
from intent_al.store import Store, predictions, utterances
from intent_al.store.utterances import Logged, Spoken
from intent_al.strategies import scores
from intent_al.strategies.reasons import explain
from intent_al.strategies.registry import of_predictions, predicted

MODEL, LOGGED = "model", "logged"
SPANS_NEEDED = "entity_ambiguity"
"""The strategy that a log cannot answer: it holds the emitted spans, not their rivals."""


@dataclass(frozen=True, slots=True)
class ScoredUtterance:
    """One utterance with its scores in [0, 1], higher = ask sooner.

    ``prediction`` says whose prediction was used, "model" or "logged", and ``model`` its id.
    ``truncated``: the log does not name every intent, so the entropy is an estimate.
    ``entity_ambiguity`` is None where the prediction has no alternatives for spans.
    """

    text: str
    language: str
    said: int
    senders: int
    score: float
    intent: str
    confidence: float
    margin: float
    least_confidence: float
    entropy: float
    entity_ambiguity: float | None
    reason: str
    prediction: str
    model: str | None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """``scored`` utterances were compared; ``without`` had no prediction of the kind asked for."""

    strategy: str
    prediction: str
    rows: tuple[ScoredUtterance, ...]
    scored: int
    without: int


def score(
    store: Store, *, bot: str, strategy: str = "uncertainty", limit: int = 20, logged: bool = False
) -> ScoreReport:
    """The ``limit`` utterances that ``strategy`` is most in doubt of, highest first.

    Raises UsageError for an unknown strategy or one that a log cannot answer, NotEnoughDataError
    where no prediction is stored.
    """
    _check(strategy, logged)
    said = {item.id: item for item in utterances.spoken(store, bot)}
    if logged:
        return _by_log(store, said, strategy, limit)
    model = predictions.latest_model(store)
    if model is None:
        raise NotEnoughDataError("nothing is predicted yet: run `intent-al predict` first")
    ids, batch = predictions.read(store, model, list(said))
    values = _values(strategy, batch)
    top = _top(values, [said[number] for number in ids.tolist()], limit)
    chosen, few = predictions.read(store, model, ids[top].tolist())
    rows = _rows(chosen, few, said, strategy)
    return ScoreReport(
        strategy,
        MODEL,
        tuple(_scored(row, MODEL, model) for row in rows),
        len(ids),
        len(said) - len(ids),
    )


def _check(strategy: str, logged: bool) -> None:
    known = of_predictions()
    if strategy not in known:
        hint = did_you_mean(strategy, known)
        raise UsageError(f"no strategy {strategy!r} scores predictions alone{hint}")
    if logged and strategy == SPANS_NEEDED:
        raise UsageError(f"{strategy} needs rival spans, which no log holds; leave --logged away")


def _values(strategy: str, batch: PredictionBatch) -> FloatArray:
    return of_predictions()[strategy].score(predicted(batch))


def _top(values: FloatArray, said: Sequence[Spoken], limit: int) -> IntArray:
    """Rows with the highest value; of equal ones what was said more often, then what is older."""
    often = np.array([item.said for item in said], dtype=np.int64)
    order = np.lexsort((np.arange(len(values)), -often, -values.astype(np.float64)))
    return np.asarray(order[:limit], dtype=np.int32)


@dataclass(frozen=True, slots=True)
class _Row:
    said: Spoken
    score: float
    intent: str
    confidence: float
    margin: float
    least_confidence: float
    entropy: float
    entity_ambiguity: float
    reason: str


def _rows(
    ids: IntArray, batch: PredictionBatch, said: Mapping[int, Spoken], strategy: str
) -> list[_Row]:
    """All scores of a few utterances, highest first."""
    spoken = [said[number] for number in ids.tolist()]
    values = _values(strategy, batch)
    order = _top(values, spoken, len(spoken)).tolist()
    margin = scores.margin(batch.probabilities)
    least_confidence = scores.least_confidence(batch.probabilities)
    entropy = scores.entropy(batch.probabilities)
    ambiguity = entity_ambiguity(batch.spans, len(batch))
    best = batch.probabilities.argmax(axis=1) if batch.labels else []
    reasons = explain(strategy, batch, [item.text for item in spoken], order)
    return [
        _Row(
            spoken[row],
            float(values[row]),
            batch.labels[best[row]],
            float(batch.probabilities[row, best[row]]),
            float(margin[row]),
            float(least_confidence[row]),
            float(entropy[row]),
            float(ambiguity[row]),
            reason,
        )
        for row, reason in zip(order, reasons, strict=True)
    ]


def _scored(
    row: _Row, prediction: str, model: str | None, *, truncated: bool = False
) -> ScoredUtterance:
    return ScoredUtterance(
        row.said.text,
        row.said.language,
        row.said.said,
        row.said.senders,
        row.score,
        row.intent,
        row.confidence,
        row.margin,
        row.least_confidence,
        row.entropy,
        None if prediction == LOGGED else row.entity_ambiguity,
        row.reason,
        prediction,
        model,
        truncated,
    )


def _by_log(store: Store, said: Mapping[int, Spoken], strategy: str, limit: int) -> ScoreReport:
    found = utterances.logged(store, list(said))
    ranked = {number: item for number, item in sorted(found.items()) if item.ranking}
    if not ranked:
        raise NotEnoughDataError(
            "the log holds no ranking of intents for any utterance; leave --logged away"
        )
    ids = np.fromiter(ranked, dtype=np.int32, count=len(ranked))
    batch = as_batch(list(ranked.values()))
    top = _top(_values(strategy, batch), [said[number] for number in ranked], limit)
    top.sort()
    few = PredictionBatch(batch.labels, batch.probabilities[top])
    scored = []
    for row in _rows(ids[top], few, said, strategy):
        item = ranked[row.said.id]
        scored.append(_scored(row, LOGGED, item.model, truncated=not item.complete))
    return ScoreReport(strategy, LOGGED, tuple(scored), len(ranked), len(said) - len(ranked))


def as_batch(logged: Sequence[Logged]) -> PredictionBatch:
    """Logged rankings over all intents that any of them names; see ``rankings.as_table``."""
    labels = sorted({name for item in logged for name, _ in item.ranking})
    table = rankings.as_table([item.ranking for item in logged], labels)
    return PredictionBatch(tuple(labels), table)
