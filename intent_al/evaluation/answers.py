"""What one model answered to labelled texts, in the columns that everything else is counted from.

A model is asked once about all texts: for the bot's own model that is what takes the time. The
test sets are then stretches of these columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from intent_al.evaluation import calibration, metrics
from intent_al.evaluation.calibration import Calibration
from intent_al.records import Example, PredictionBatch

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answers:
    """n answers. ``entity_counts`` is (n, 3), see ``metrics.entity_counts``; the rest is (n,)."""

    intents: tuple[str, ...]
    right: npt.NDArray[np.bool_]
    confidence: Doubles
    gold_probability: Doubles
    entity_counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, examples: Sequence[Example], batch: PredictionBatch) -> Answers:
        """The answers of a model to ``examples``, in their order."""
        column = {label: place for place, label in enumerate(batch.labels)}
        best = batch.probabilities.argmax(axis=1)
        gold = np.array([column.get(example.intent, -1) for example in examples])
        rows = np.arange(len(examples))
        probabilities = batch.probabilities.astype(np.float64)
        return cls(
            tuple(batch.labels[place] for place in best),
            best == gold,
            probabilities[rows, best],
            np.where(gold >= 0, probabilities[rows, gold], 0.0),
            metrics.entity_counts([example.entities for example in examples], batch.spans),
        )

    def part(self, start: int, stop: int) -> Answers:
        """The answers to one stretch of the texts."""
        return Answers(
            self.intents[start:stop],
            self.right[start:stop],
            self.confidence[start:stop],
            self.gold_probability[start:stop],
            self.entity_counts[start:stop],
        )

    @property
    def accuracy(self) -> float:
        return float(self.right.mean())

    @property
    def entity_f1(self) -> float:
        return metrics.Quality.of(*self.entity_counts.sum(axis=0).tolist()).f1

    @property
    def calibration(self) -> Calibration:
        return calibration.measured(self.confidence, self.right, self.gold_probability)
