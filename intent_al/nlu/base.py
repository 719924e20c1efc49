"""What every predictor has in common, so that the stages need not know which one they hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from intent_al.records import PredictionBatch


class Model(Protocol):
    """A trained predictor.

    ``model_id`` names the model and everything that it was trained from: equal ids give equal
    predictions, so predictions are stored under it. ``labels`` are the intents, in the order of the
    columns of every batch.
    """

    @property
    def model_id(self) -> str: ...

    @property
    def labels(self) -> tuple[str, ...]: ...

    def predict(self, texts: Sequence[str]) -> PredictionBatch:
        """Probabilities (n, k) that sum to 1 a row, and candidate spans, for n texts in order."""
        ...
