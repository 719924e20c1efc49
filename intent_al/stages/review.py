"""What is it really? Cards for a human, and the decisions that come back.

Writes ``decision``, append-only. How cards look is the business of the terminal and the web page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from intent_al.records import Entity, Outcome, PredictionBatch
from intent_al.store import Store, cards, decisions, predictions, queue
from intent_al.store.cards import Line
from intent_al.store.decisions import Decision
from intent_al.store.queue import OpenItem, Suspect

RANKED = 9


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a reviewer needs to decide about one utterance."""

    item: OpenItem
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[Entity, ...]
    context: tuple[Line, ...]
    logged_intent: str | None
    feedback: tuple[tuple[str | None, int], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a file or a simulated reviewer says of a text."""

    outcome: Outcome
    intent: str | None = None
    entities: tuple[Entity, ...] = ()


def card(store: Store, item: OpenItem) -> Card:
    ids, batch = predictions.read(store, item.model, [item.utterance])
    logged = cards.logged(store, item.utterance)
    ranking = _ranking(batch) if len(ids) else ()
    entities = _emitted(batch, item.text) if len(ids) else ()
    if item.example is not None:
        ranking, entities = _of_example(item.example, ranking), item.example.entities
    return Card(
        item,
        ranking,
        entities,
        tuple(cards.context(store, item.message)) if item.message is not None else (),
        logged.ranking[0][0] if logged and logged.ranking else None,
        tuple(cards.weak_feedback(store, item.utterance)),
    )


def decide(
    store: Store,
    decision: Decision,
    *,
    reviewer: str,
    clock: Callable[[], float] = time.time,
) -> int:
    return decisions.write(store, decision, reviewer=reviewer, now=clock())


def undo(store: Store, *, reviewer: str, clock: Callable[[], float] = time.time) -> int | None:
    return decisions.undo(store, reviewer=reviewer, now=clock())


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
    """Let ``answers`` (by text, as stored) decide what is open; the rest stays open."""
    decided = missing = 0
    for item in queue.open_items(store) if items is None else items:
        found = answers.get(item.text)
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


def _emitted(batch: PredictionBatch, text: str) -> tuple[Entity, ...]:
    spans = batch.spans
    found = []
    for i in np.flatnonzero(spans.emitted & (spans.row == 0)):
        name, _, role = spans.labels[spans.label[i]].partition("#")
        start, end = int(spans.start[i]), int(spans.end[i])
        if end <= len(text):
            found.append(Entity(name, start, end, role=role or None))
    return tuple(found)
