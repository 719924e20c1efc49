"""Models whose every answer is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from intent_al.records import PredictionBatch
from intent_al.stages.gate import GateReport


@dataclass(frozen=True)
class Says:
    """Answers what ``answers`` says of a text, with that confidence."""

    model_id: str
    labels: tuple[str, ...]
    answers: Mapping[str, tuple[str, float]]

    def predict(self, texts: Sequence[str]) -> PredictionBatch:
        rest = len(self.labels) - 1
        probabilities = np.empty((len(texts), len(self.labels)), dtype=np.float32)
        for row, text in enumerate(texts):
            intent, sure = self.answers[text]
            probabilities[row] = (1 - sure) / rest
            probabilities[row, self.labels.index(intent)] = sure
        return PredictionBatch(self.labels, probabilities)


Answer = tuple[str, str, str]
"""The right intent, the one of the model before, and the one of the candidate."""
Judge = Callable[..., GateReport]
