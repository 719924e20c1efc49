"""One temperature for a model that is surer than it is right, such as DIET.

Fitted on labelled texts that the model has not learned from (Guo et al., 2017, as in
``calibration``). The figures that are shown are cross-fitted: each text is judged with the
temperature of the others, so that they do not flatter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from intent_al.evaluation.calibration import Calibration, fit_sharpness, measured, softmax

FOLDS = 5
LEAST_ITEMS = 30
"""Below that a temperature says more about the few texts than about the model."""

_TINY = 1e-12

Rows = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Fitted:
    """``temperature`` above 1 makes a model less sure. Figures before and after, on ``items``."""

    temperature: float
    items: int
    before: Calibration
    after: Calibration

    def as_data(self) -> Mapping[str, Any]:
        return asdict(self)


def cooled(probabilities: Rows, temperature: float) -> npt.NDArray[np.float32]:
    """Probabilities (n, k) as they are at a temperature: softmax(log p / temperature)."""
    if temperature == 1.0:
        return np.asarray(probabilities, dtype=np.float32)
    logits = np.log(np.maximum(probabilities.astype(np.float64), _TINY))
    return np.asarray(softmax(logits / temperature), dtype=np.float32)


def fit(
    probabilities: Rows, labels: Sequence[str], gold: Sequence[str], seed: int = 0
) -> Fitted | None:
    """The temperature at which (n, k) probabilities fit the ``gold`` intents best.

    Texts of an intent that the model does not know tell nothing about it and are left out. None
    where fewer than ``LEAST_ITEMS`` are left.
    """
    index = {name: column for column, name in enumerate(labels)}
    known = np.array([name in index for name in gold], dtype=np.bool_)
    if int(known.sum()) < LEAST_ITEMS:
        return None
    targets = np.array([index[name] for name in gold if name in index], dtype=np.int64)
    logits = np.log(np.maximum(probabilities[known].astype(np.float64), _TINY))
    fold = np.random.default_rng(seed).permutation(len(targets)) % FOLDS
    judged = np.empty_like(logits)
    for number in range(FOLDS):
        apart = fold == number
        judged[apart] = logits[apart] * fit_sharpness(logits[~apart], targets[~apart])
    return Fitted(
        1.0 / fit_sharpness(logits, targets),
        len(targets),
        _measured(softmax(logits), targets),
        _measured(softmax(judged), targets),
    )


def _measured(probabilities: Rows, targets: npt.NDArray[np.int64]) -> Calibration:
    rows = np.arange(len(targets))
    best = probabilities.argmax(axis=1)
    return measured(probabilities[rows, best], best == targets, probabilities[rows, targets])
