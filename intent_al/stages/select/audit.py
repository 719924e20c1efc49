"""The audit sample: drawn blindly from the traffic, so that it measures the bot honestly."""

from __future__ import annotations

import numpy as np

from intent_al.stages.select.wanted import BatchRequest
from intent_al.store import Store, queue
from intent_al.store.queue import AUDIT, Item


def share(wanted: BatchRequest, rng: np.random.Generator) -> int:
    """Items of the audit sample; a batch too small for one has it as often as its share says."""
    exact = wanted.size * wanted.audit_share
    return int(rng.random() < exact) if 0 < exact < 1 else round(exact)


def beside(
    drawn: list[Item], chosen: list[Item], wanted: BatchRequest, rng: np.random.Generator
) -> list[Item]:
    """What of ``drawn`` goes into the batch with ``chosen``.

    All of it, but where the batch tops up and little was found, no more than belong to that, on
    average: a job that does so every minute must not fill the queue with audit items.
    """
    if not wanted.top_up or len(chosen) >= wanted.size - len(drawn):
        return drawn
    exact = len(chosen) * wanted.audit_share / (1 - wanted.audit_share)
    return drawn[: int(exact + rng.random())]


def draw(store: Store, bot: str, size: int, rng: np.random.Generator) -> list[Item]:
    """Messages drawn uniformly, before any filter, so that they stand for what people say."""
    known = queue.audited(store)
    messages = [pair for pair in queue.free_text_messages(store, bot) if pair[0] not in known]
    if not messages or size <= 0:
        return []
    picks = rng.choice(len(messages), size=min(size, len(messages)), replace=False)
    return [
        Item(messages[i][1], AUDIT, 0.0, "drawn at random, to measure the bot", messages[i][0])
        for i in sorted(picks.tolist())
    ]
