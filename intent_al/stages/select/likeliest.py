"""What the model makes of a chosen utterance, kept with it: the queue is filtered by that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from intent_al.store import Store, predictions
from intent_al.store.queue import Item


def with_intents(store: Store, model: str, items: Sequence[Item]) -> list[Item]:
    """Beside each item the two intents that the model finds likeliest."""
    ids, batch = predictions.read(store, model, [item.utterance for item in items])
    top = np.argsort(-batch.probabilities, axis=1, kind="stable")[:, :2]
    pairs = dict(zip(ids.tolist(), top.tolist(), strict=True))
    found = []
    for item in items:
        best = [batch.labels[at] for at in pairs.get(item.utterance, [])]
        if item.example is not None:
            best = [item.example.instead, item.example.intent]
        likeliest, second = [*best, None, None][:2]
        found.append(item._replace(likeliest=likeliest, second=second))
    return found
