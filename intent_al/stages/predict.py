"""What does each model make of it?

Writes ``model`` and ``prediction``. Works through the utterances a chunk at a time, so that memory
stays flat and a kill loses one chunk at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from intent_al.nlu.base import Model
from intent_al.store import Store, predictions


@dataclass(frozen=True, slots=True)
class PredictReport:
    model: str
    predicted: int
    seconds: float


def predict(
    store: Store,
    model: Model,
    *,
    bot: str,
    kind: str = "builtin",
    progress: Callable[[int, int | None], None] = lambda done, total: None,
    clock: Callable[[], float] = time.time,
) -> PredictReport:
    """Predict every free-text utterance that ``model`` has not seen."""
    started = time.perf_counter()
    total = predictions.count_unpredicted(store, bot, model.model_id)
    done = 0
    for chunk in predictions.unpredicted(store, bot, model.model_id):
        batch = model.predict(chunk.texts)
        predictions.write(store, model.model_id, kind, chunk.ids, batch, now=clock())
        done += len(chunk.ids)
        progress(done, total)
    predictions.mark_used(store, model.model_id, now=clock())
    return PredictReport(model.model_id, done, time.perf_counter() - started)
