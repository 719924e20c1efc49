"""A model whose confidences were made honest; which intent comes first stays the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intent_al.evaluation.temperature import cooled
from intent_al.nlu.base import Model
from intent_al.records import PredictionBatch


class CalibratedModel:
    """``model`` at a temperature."""

    def __init__(self, model: Model, temperature: float) -> None:
        self._model = model
        self.temperature = temperature
        self.model_id = model.model_id
        self.labels = model.labels

    def predict(self, texts: Sequence[str]) -> PredictionBatch:
        batch = self._model.predict(texts)
        return replace(batch, probabilities=cooled(batch.probabilities, self.temperature))
