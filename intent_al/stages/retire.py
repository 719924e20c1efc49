"""What needs no human any more?

Writes ``retirement``. An open item was asked because a model was unsure; a newer model that is sure
takes it out of the queue. That is no decision: nobody said what it is, and nothing learns from it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from intent_al.store import Store, predictions, queue
from intent_al.store.cards import weak_feedback


@dataclass(frozen=True, slots=True)
class RetireReport:
    """``retired`` of ``asked`` open items left the queue."""

    model: str
    asked: int
    retired: int


def retire(
    store: Store,
    *,
    model: str,
    threshold: float,
    clock: Callable[[], float] = time.time,
) -> RetireReport:
    """Retire what ``model`` is sure of, at a calibrated confidence of ``threshold`` or more.

    Items of the audit sample stay: they measure the bot. Examples of the training data stay: every
    model is sure of what it has learned. So does what one of several reviewers has answered, and
    what users have said otherwise about: they confirmed another intent, or denied this very one. A
    mere complaint was about the model that gave the answer, and does not count against this one.
    """
    answered = queue.answered(store)
    items = [
        item
        for item in queue.open_items(store)
        if item.quota != queue.AUDIT and item.example is None and item.utterance not in answered
    ]
    ids, batch = predictions.read(store, model, [item.utterance for item in items])
    best = batch.probabilities.argmax(axis=1) if len(ids) else []
    answers = {
        int(number): (batch.labels[label], float(row[label]))
        for number, label, row in zip(ids, best, batch.probabilities, strict=True)
    }
    sure = []
    for item in items:
        intent, confidence = answers.get(item.utterance, ("", 0.0))
        if confidence >= threshold and not _contradicted(store, item.utterance, intent):
            sure.append((item.id, confidence))
    queue.retire(store, sure, model=model, now=clock())
    return RetireReport(model, len(items), len(sure))


def bring_back(store: Store, model: str) -> int:
    """Put back what ``model`` has retired, because it is not live any more."""
    return queue.bring_back(store, model)


def _contradicted(store: Store, utterance: int, intent: str) -> bool:
    base = intent.partition("/")[0]
    for said, polarity in weak_feedback(store, utterance):
        same = said in (intent, base)
        if said is not None and same == (polarity < 0):
            return True
    return False
