"""The quota of labels: examples of the training data whose intent is probably wrong."""

from __future__ import annotations

import numpy as np

from intent_al.records import Example
from intent_al.stages.select.candidates import Candidates
from intent_al.stages.select.quotas import LABELS
from intent_al.stages.select.wanted import BatchRequest
from intent_al.store import Store, queue
from intent_al.store.queue import Item, Suspect
from intent_al.strategies.base import required
from intent_al.strategies.label_errors import suspicion

SUSPICIOUS = 0.85
"""Score from which it is worth a reviewer's time. On Banking77 with one label in twenty wrong, four
in five of those above it are wrong, and of the wrong ones 59 (changed to the most confused intent)
to 84 % (changed at random) are above it."""

_MOST = 20_000
"""Examples that are compared with each other; of more, a sample: the work grows with the square."""


def suspects(
    store: Store,
    bot: str,
    wanted: BatchRequest,
    candidates: Candidates,
    size: int,
    rng: np.random.Generator,
) -> list[Item]:
    """Up to ``size`` items, the most suspicious first. What was asked before, by whichever quota,
    is not asked again: a human has decided."""
    training = candidates.training
    if size <= 0 or not training:
        return []
    rows = list(range(len(training)))
    if len(rows) > _MOST:
        rows = sorted(rng.choice(len(training), _MOST, replace=False).tolist())
    names, intents = np.unique([training[row].intent for row in rows], return_inverse=True)
    vectors = required(candidates.pool.known)[: len(training)][rows]
    found = suspicion(vectors, intents.astype(np.int32))
    asked = set(queue.asked_texts(store))
    chosen: dict[str, tuple[float, Suspect]] = {}
    for at in np.argsort(-found.score, kind="stable").tolist():
        score = float(found.score[at])
        if len(chosen) == size or score < SUSPICIOUS:
            break
        example = training[rows[at]]
        if not found.contradicted[at] or not _may_be_asked(example, wanted, asked):
            continue
        other, own = (round(float(share), 4) for share in found.shares[at])
        instead = str(names[found.instead[at]])
        suspect = Suspect(example.intent, instead, (other, own), example.entities)
        chosen.setdefault(example.text, (score, suspect))
    ids = queue.add_texts(store, bot, wanted.language, list(chosen))
    contexts = queue.latest_message(store, ids)
    return [
        Item(number, LABELS, score, _reason(suspect), contexts.get(number), suspect)
        for number, (score, suspect) in zip(ids, chosen.values(), strict=True)
    ]


def _may_be_asked(example: Example, wanted: BatchRequest, asked: set[str]) -> bool:
    return example.text not in asked and wanted.mask(example.text) == example.text


def _reason(suspect: Suspect) -> str:
    return (
        f"stands in the training data as {suspect.intent}; the examples around it, and a model"
        f" that has not seen it, say {suspect.instead}"
    )
