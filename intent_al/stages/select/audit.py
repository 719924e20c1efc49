"""The audit sample: drawn blindly from the traffic, so that it measures the bot honestly."""

from __future__ import annotations

import numpy as np

from intent_al.stages.select.wanted import Wanted
from intent_al.store import Store, queue
from intent_al.store.queue import AUDIT, Item


def share(store: Store, bot: str, wanted: Wanted, rng: np.random.Generator) -> int:
    """Items of the audit sample; a batch too small for one has it as often as its share says.

    Where a batch tops up, there are no more than belong to what nobody was asked about yet: they
    must not take the last of it.
    """
    if wanted.top_up:
        unasked = len(queue.candidates(store, bot))
        if unasked < wanted.size:
            return round(unasked * wanted.audit_share)
    exact = wanted.size * wanted.audit_share
    return int(rng.random() < exact) if 0 < exact < 1 else round(exact)


def in_proportion(drawn: list[Item], wanted: Wanted, chosen: int) -> list[Item]:
    """As many of ``drawn`` as belong to a batch in which only ``chosen`` others were found, where
    that tops up: a job that does so every minute must not fill the queue with audit items."""
    if not wanted.top_up or chosen >= wanted.size - len(drawn):
        return drawn
    return drawn[: round(chosen * wanted.audit_share / (1 - wanted.audit_share))]


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
