"""Utterances that somebody has picked themselves, such as those of a gap."""

from __future__ import annotations

from collections.abc import Sequence

from intent_al.errors import NotEnoughDataError
from intent_al.stages.select.likeliest import with_intents
from intent_al.store import Store, predictions, queue
from intent_al.store.queue import Item

BY_HAND = "picked"
"""Their quota, and the strategy of their batch."""


def pick(store: Store, utterances: Sequence[int], *, reason: str, now: float) -> int:
    """Put those that are in no batch into the queue, as a batch of their own; how many there were.

    Raises NotEnoughDataError where nothing was predicted yet.
    """
    model = predictions.latest_model(store)
    if model is None:
        raise NotEnoughDataError("nothing is predicted yet: run `intent-al predict` first")
    fresh = queue.in_no_batch(store, utterances)
    if not fresh:
        return 0
    contexts = queue.latest_message(store, fresh)
    items = [Item(one, BY_HAND, 0.0, reason, contexts.get(one)) for one in fresh]
    items = with_intents(store, model, items)
    queue.write_batch(store, items, model=model, strategy=BY_HAND, seed=0, now=now)
    return len(fresh)
