"""What is it really? Cards for a human, and the decisions that come back.

Writes ``decision``, append-only. How cards look is the business of the terminal and the web page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from intent_al.records import Entity, Outcome, PredictionBatch
from intent_al.store import Store, cards, decisions, predictions, queue, utterances
from intent_al.store.cards import Asked, Circumstances, ConversationLine
from intent_al.store.decisions import Alone, Decision
from intent_al.store.queue import OpenItem, Suspect

RANKED = 9
DOUBTFUL = 0.1
"""Probability from which another reading of a span is worth a button."""
ALTERNATIVES = 4


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a reviewer needs to decide about one utterance."""

    item: OpenItem
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[Entity, ...]
    context: tuple[ConversationLine, ...]
    logged_intent: str | None
    feedback: tuple[tuple[str | None, int], ...]
    alternatives: tuple[tuple[Entity, float], ...] = ()
    """Spans that the model finds likely and did not choose, the likeliest first."""
    asked: Asked = field(default_factory=Asked)
    around: Circumstances = field(default_factory=Circumstances)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a file or a simulated reviewer says of a text."""

    outcome: Outcome
    intent: str | None = None
    entities: tuple[Entity, ...] = ()


def card(store: Store, item: OpenItem) -> Card:
    ids, batch = predictions.read(store, item.model, [item.utterance])
    logged = utterances.logged(store, [item.utterance]).get(item.utterance)
    ranking = _ranking(batch) if len(ids) else ()
    if item.example is not None:
        ranking = _of_example(item.example, ranking)
    return Card(
        item,
        ranking,
        _entities(item, batch),
        tuple(cards.context(store, item.message)) if item.message is not None else (),
        logged.ranking[0][0] if logged and logged.ranking else None,
        tuple(cards.weak_feedback(store, item.utterance)),
        _alternatives(batch, item.text) if len(ids) else (),
        cards.asked(store, item.utterance),
        cards.circumstances(store, item.utterance, item.message),
    )


def entities_shown(store: Store, item: OpenItem) -> tuple[Entity, ...]:
    """Those on the card: of the example in question, or as the model marks them."""
    _, batch = predictions.read(store, item.model, [item.utterance])
    return _entities(item, batch)


def decide(
    store: Store,
    decision: Decision,
    *,
    reviewer: str,
    alone: Alone | None = None,
    clock: Callable[[], float] = time.time,
) -> int:
    return decisions.write(store, decision, reviewer=reviewer, now=clock(), alone=alone)


def undo(
    store: Store,
    *,
    reviewer: str,
    item: int | None = None,
    clock: Callable[[], float] = time.time,
) -> int | None:
    return decisions.undo(store, reviewer=reviewer, now=clock(), item=item)


def in_language(text: str, language: str) -> str:
    """The key of an answer that is for utterances of one language only."""
    return f"{language}\0{text}"


@dataclass(frozen=True, slots=True)
class AnswerReport:
    decided: int
    without_answer: int


def answer(
    store: Store,
    answers: Mapping[str, Answer],
    *,
    reviewer: str,
    items: Sequence[OpenItem] | None = None,
    clock: Callable[[], float] = time.time,
) -> AnswerReport:
    """Let ``answers`` decide what waits for the reviewer; the rest stays.

    They are found by the text as stored, or first by ``in_language`` where that makes a difference.
    """
    decided = missing = 0
    for item in queue.open_items(store, reviewer=reviewer) if items is None else items:
        found = answers.get(in_language(item.text, item.language)) or answers.get(item.text)
        if found is None:
            missing += 1
            continue
        entities = found.entities
        if item.example is not None and not entities:
            entities = item.example.entities  # the question was about the intent
        decision = Decision(item.id, found.outcome, found.intent, entities, True)
        decide(store, decision, reviewer=reviewer, clock=clock)
        decided += 1
    return AnswerReport(decided, missing)


def _ranking(batch: PredictionBatch) -> tuple[tuple[str, float], ...]:
    row = batch.probabilities[0]
    best = np.argsort(-row, kind="stable")[:RANKED]
    return tuple((batch.labels[i], float(row[i])) for i in best)


def _of_example(
    suspect: Suspect, ranking: tuple[tuple[str, float], ...]
) -> tuple[tuple[str, float], ...]:
    """What speaks against the label comes first, then the label, then what a model says of the
    text, which has learned that label."""
    pair = tuple(zip((suspect.instead, suspect.intent), suspect.shares, strict=True))
    rest = tuple(one for one in ranking if one[0] not in (suspect.instead, suspect.intent))
    return (*pair, *rest)[:RANKED]


def _entities(item: OpenItem, batch: PredictionBatch) -> tuple[Entity, ...]:
    return _emitted(batch, item.text) if item.example is None else item.example.entities


def _emitted(batch: PredictionBatch, text: str) -> tuple[Entity, ...]:
    rows = np.flatnonzero(batch.spans.emitted & (batch.spans.row == 0))
    return tuple(entity for entity, _ in _spans(batch, rows, text))


def _alternatives(batch: PredictionBatch, text: str) -> tuple[tuple[Entity, float], ...]:
    spans = batch.spans
    likely = ~spans.emitted & (spans.row == 0) & (spans.probability >= DOUBTFUL)
    found = _spans(batch, np.flatnonzero(likely), text)
    return tuple(sorted(found, key=lambda pair: -pair[1])[:ALTERNATIVES])


def _spans(
    batch: PredictionBatch, rows: npt.NDArray[np.intp], text: str
) -> list[tuple[Entity, float]]:
    """The spans of these rows that lie in the text, with their probabilities."""
    spans, found = batch.spans, []
    for i in rows.tolist():
        name, _, role = spans.labels[spans.label[i]].partition("#")
        start, end = int(spans.start[i]), int(spans.end[i])
        if end <= len(text):
            entity = Entity(name, start, end, role=role or None)
            found.append((entity, float(spans.probability[i])))
    return found
