"""Linear models fitted in silence: scikit-learn's advice is for whoever chose the settings."""

from __future__ import annotations

import warnings
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

Model = TypeVar("Model", bound=Any)


def fitted(model: Model, rows: Any, targets: npt.ArrayLike) -> Model:
    """``model``, fitted on (n, d) rows, dense or sparse, and their (n,) targets.

    One thread, since over matrices this small the threads of a busy machine wait for each other.
    Not said are that the passes did not suffice, and that there are many classes for so few rows.
    """
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="sklearn")
        model.fit(rows, np.asarray(targets))
    return model
