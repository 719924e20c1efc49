"""What does each model make of it?

Writes ``model`` and ``prediction``. Works through the utterances a chunk at a time, so that memory
stays flat and a kill loses one chunk at most. Where nothing is new, no model is opened: that takes
seconds for one of ours and a minute for one of Rasa's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intent_al.evaluation import temperature
from intent_al.evaluation.temperature import Fitted
from intent_al.nlu.base import Model
from intent_al.nlu.calibrated import CalibratedModel
from intent_al.records import Example
from intent_al.store import Store, predictions

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class PredictReport:
    """``calibration`` where a temperature was fitted now; ``temperature`` is that of the model."""

    model: str
    predicted: int
    seconds: float
    temperature: float = 1.0
    calibration: Fitted | None = None


def predict(
    store: Store,
    model_id: str,
    load: Callable[[], Model],
    *,
    bot: str,
    kind: str = "builtin",
    held_out: Sequence[Example] | None = None,
    only: Sequence[int] | None = None,
    chunk: int = CHUNK,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
    clock: Callable[[], float] = time.time,
) -> PredictReport:
    """Predict every free-text utterance that the model has not seen, or ``only`` some of them.

    A model that is met for the first time is calibrated on ``held_out``, where that is given: its
    probabilities are stored as they are at the temperature that fits.
    """
    started = time.perf_counter()
    total = predictions.count_unpredicted(store, bot, model_id, only)
    degrees = predictions.temperature_of(store, model_id)
    fitted, done = None, 0
    if total:
        model = load()
        if degrees is None:
            degrees, fitted = _calibrate(store, model, kind, held_out, clock())
        calibrated = CalibratedModel(model, degrees)
        for part in predictions.unpredicted(store, bot, model_id, only, chunk=chunk):
            batch = calibrated.predict(part.texts)
            predictions.write(store, model_id, kind, part.ids, batch, now=clock())
            done += len(part.ids)
            progress(done, total)
    predictions.mark_used(store, model_id, now=clock())
    return PredictReport(model_id, done, time.perf_counter() - started, degrees or 1.0, fitted)


def _calibrate(
    store: Store, model: Model, kind: str, held_out: Sequence[Example] | None, now: float
) -> tuple[float, Fitted | None]:
    fitted = None
    if held_out:
        batch = model.predict([example.text for example in held_out])
        gold = [example.intent for example in held_out]
        fitted = temperature.fit(batch.probabilities, batch.labels, gold)
    degrees = 1.0 if fitted is None else fitted.temperature
    predictions.add_model(
        store,
        model.model_id,
        kind,
        model.labels,
        temperature=degrees,
        calibration=None if fitted is None else fitted.as_data(),
        now=now,
    )
    return degrees, fitted
