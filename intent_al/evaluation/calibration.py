"""Making probabilities honest, and measuring how honest they are.

One temperature (Guo et al., "On Calibration of Modern Neural Networks", 2017) is all that a few
hundred held-out logits can support: it never changes which intent comes first. It is fitted here
because the ways to do it in scikit-learn differ between the versions that we run on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
_SHARPEST = 4.0
_LEAST = 1e-6


def softmax(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Rows of probabilities; of the type of the logits."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def log_loss(logits: npt.NDArray[np.floating], targets: npt.NDArray[np.integer]) -> float:
    """Mean of -log p(target), in nats."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    right = np.take_along_axis(shifted, targets[:, None], axis=1)[:, 0]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - right))


def fit_sharpness(
    logits: npt.NDArray[np.floating], targets: npt.NDArray[np.integer], fallback: float = 1.0
) -> float:
    """The factor (one over the temperature) on held-out logits (n, k) with the least log loss.

    With fewer than 10 rows there is nothing to fit: ``fallback``. Bounded to [e**-4, e**4], which
    a set without any error would otherwise leave.
    """
    if len(targets) < 10:
        return fallback
    from scipy.optimize import minimize_scalar  # slow to import, and needed for nothing else here

    logits = np.asarray(logits, dtype=np.float64)
    found = minimize_scalar(
        lambda power: log_loss(logits * np.exp(power), targets),
        bounds=(-_SHARPEST, _SHARPEST),
        method="bounded",
        options={"xatol": 1e-3},
    )
    return float(np.exp(found.x))


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram: how sure a model was there, and how often it was right."""

    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How honest the confidences of one model are on one set of labelled texts.

    ``error`` is the expected calibration error in [0, 1], ``log_loss`` is in nats; ``bins`` are of
    equal width from 0 to 1, the empty ones included.
    """

    error: float
    confidence: float
    log_loss: float
    bins: tuple[Bin, ...]


def measured(
    confidence: npt.NDArray[np.floating],
    correct: npt.NDArray[np.bool_],
    gold_probability: npt.NDArray[np.floating],
    bins: int = 10,
) -> Calibration:
    """The calibration of n answers; ``gold_probability`` is what the right intent was given.

    A right intent that a model does not know has the probability 0, which counts as one in a
    million: a single new intent must not make the log loss infinite.
    """
    if not len(confidence):
        return Calibration(0.0, 0.0, 0.0, (Bin(0, 0.0, 0.0),) * bins)
    floored = np.clip(gold_probability.astype(np.float64), _LEAST, 1.0)
    return Calibration(
        expected_calibration_error(confidence, correct, bins),
        float(confidence.mean()),
        float(-np.log(floored).mean()),
        reliability(confidence, correct, bins),
    )


def reliability(
    confidence: npt.NDArray[np.floating], correct: npt.NDArray[np.bool_], bins: int = 10
) -> tuple[Bin, ...]:
    """The bars of a reliability diagram, of equal width; means of an empty one are 0."""
    place = _places(confidence, bins)
    size = np.bincount(place, minlength=bins)
    filled = np.maximum(size, 1)
    sure = np.bincount(place, confidence, minlength=bins) / filled
    right = np.bincount(place, correct, minlength=bins) / filled
    return tuple(
        Bin(*row) for row in zip(size.tolist(), sure.tolist(), right.tolist(), strict=True)
    )


def expected_calibration_error(
    confidence: npt.NDArray[np.floating], correct: npt.NDArray[np.bool_], bins: int = 10
) -> float:
    """Mean distance between confidence and accuracy over bins of equal width, weighted by size."""
    if not len(confidence):
        return 0.0
    gap = np.bincount(_places(confidence, bins), confidence - correct, minlength=bins)
    return float(np.abs(gap).sum() / len(confidence))


def _places(confidence: npt.NDArray[np.floating], bins: int) -> npt.NDArray[np.int64]:
    return np.minimum((confidence * bins).astype(np.int64), bins - 1)
