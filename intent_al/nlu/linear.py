"""Linear models: fitted in silence, and asked about what they have not seen.

scikit-learn's advice is for whoever chose the settings, and not for whoever reads a log.
"""

from __future__ import annotations

import warnings
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from intent_al.records import FloatArray, IntArray

Model = TypeVar("Model", bound=Any)
Ints = npt.NDArray[np.int64]


def fitted(model: Model, rows: Any, targets: npt.ArrayLike) -> Model:
    """``model``, fitted on (n, d) rows, dense or sparse, and their (n,) targets.

    One thread, since over matrices this small the threads of a busy machine wait for each other.
    Not said are that the passes did not suffice, and that there are many classes for so few rows.
    """
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="sklearn")
        model.fit(rows, np.asarray(targets))
    return model


def assign_folds(targets: npt.NDArray[np.integer], seed: int, folds: int) -> Ints:
    """A fold for every row: the rows of each class are dealt out in turn, from a random order."""
    order = np.random.default_rng(seed).permutation(len(targets))
    order = order[np.argsort(targets[order], kind="stable")]
    result = np.empty(len(targets), dtype=np.int64)
    result[order] = np.arange(len(targets)) % folds
    return result


def logistic(vectors: FloatArray, intents: IntArray) -> Any:
    """Logistic regression on unit vectors (n, d), fitted about as far as it matters."""
    from sklearn.linear_model import LogisticRegression

    return fitted(LogisticRegression(C=5.0, tol=1e-3, max_iter=300), vectors, intents)


def logits(model: Any, vectors: FloatArray, k: int) -> FloatArray:
    """(n, k) of a model from ``logistic``; -inf for the intents that it has not seen."""
    found = model.decision_function(vectors)
    if found.ndim == 1:  # of two intents, scikit-learn gives the difference
        found = np.stack([-found, found], axis=1) / 2
    result = np.full((len(vectors), k), -np.inf, dtype=np.float32)
    result[:, model.classes_] = found
    return result


def out_of_fold(vectors: FloatArray, intents: IntArray, k: int, folds: int) -> FloatArray:
    """(m, k) logits of each of the (m, d) rows, by models that have not seen it.

    Where a fold leaves fewer than two intents to learn from, its rows stay -inf.
    """
    assigned = assign_folds(intents, 0, folds)
    result = np.full((len(vectors), k), -np.inf, dtype=np.float32)
    for fold in range(folds):
        asked = assigned == fold
        if asked.any() and len(np.unique(intents[~asked])) > 1:
            model = logistic(vectors[~asked], intents[~asked])
            result[asked] = logits(model, vectors[asked], k)
    return result
