"""Making probabilities honest, and measuring how honest they are.

One temperature (Guo et al., "On Calibration of Modern Neural Networks", 2017) is all that a few
hundred held-out logits can support: it never changes which intent comes first. It is fitted here
because the ways to do it in scikit-learn differ between the versions that we run on.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

Doubles = npt.NDArray[np.float64]
_SHARPEST = 4.0


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
    logits = np.asarray(logits, dtype=np.float64)
    found = minimize_scalar(
        lambda power: log_loss(logits * np.exp(power), targets),
        bounds=(-_SHARPEST, _SHARPEST),
        method="bounded",
        options={"xatol": 1e-3},
    )
    return float(np.exp(found.x))


def expected_calibration_error(
    confidence: npt.NDArray[np.floating], correct: npt.NDArray[np.bool_], bins: int = 10
) -> float:
    """Mean distance between confidence and accuracy over bins of equal width, weighted by size."""
    if not len(confidence):
        return 0.0
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    size = np.bincount(place, minlength=bins)
    gap = np.bincount(place, confidence - correct, minlength=bins)
    return float(np.abs(gap).sum() / size.sum())
