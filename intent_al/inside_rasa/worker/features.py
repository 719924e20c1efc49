"""Features of a message, put together once for all components that want them.

Rasa joins the sparse features of a message pairwise with ``scipy.sparse.hstack``, for DIET and
again for every ResponseSelector; that takes longer than the networks themselves.
"""

from __future__ import annotations

from typing import Any, Sequence, Tuple

import numpy as np
import numpy.typing as npt
import scipy.sparse
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, FEATURE_TYPE_SEQUENCE
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message

_Key = Tuple[str, Tuple[str, ...]]


class Featurized:
    """Stands in for a message where model data is made from it.

    It has what ``DIETClassifier._create_model_data`` asks a message for, with the same answers.
    """

    def __init__(self, message: Message) -> None:
        self.message = message
        self.data = message.data
        self.features_present = message.features_present
        self.get_sparse_feature_sizes = message.get_sparse_feature_sizes
        self._known: dict[_Key, list[Features]] = {}

    def get(self, prop: str, default: Any = None) -> Any:
        return self.message.get(prop, default)

    def get_all_features(
        self, attribute: str, featurizers: Sequence[str] | None = None
    ) -> list[Features]:
        """Sparse and dense features, each of the sequence and of the sentence, where there are."""
        names = tuple(featurizers or ())
        key = (attribute, names)
        if key not in self._known:
            sparse = [
                _joined([one for one in self._sparse(attribute, names) if one.type == kind])
                for kind in (FEATURE_TYPE_SEQUENCE, FEATURE_TYPE_SENTENCE)
            ]
            dense = self.message.get_dense_features(attribute, list(names))
            self._known[key] = [one for one in (*sparse, *dense) if one is not None]
        return self._known[key]

    def _sparse(self, attribute: str, names: tuple[str, ...]) -> list[Features]:
        return [
            one
            for one in self.message.features
            if one.attribute == attribute and one.is_sparse() and (not names or one.origin in names)
        ]


def _joined(parts: list[Features]) -> Features | None:
    """Columns of all parts beside each other, in their order."""
    if len(parts) < 2:
        return parts[0] if parts else None
    matrices = [part.features.tocoo() for part in parts]
    height = matrices[0].shape[0]
    if any(matrix.shape[0] != height for matrix in matrices):
        raise ValueError("sparse features of one message differ in their number of tokens")
    edges = [0]
    for matrix in matrices:
        edges.append(edges[-1] + matrix.shape[1])
    joined = sparse(
        np.concatenate([matrix.data for matrix in matrices]),
        np.concatenate([matrix.row for matrix in matrices]),
        np.concatenate([matrix.col + edge for matrix, edge in zip(matrices, edges)]),
        (height, edges[-1]),
    )
    first = parts[0]
    return Features(joined, first.type, first.attribute, [part.origin for part in parts])


def sparse(
    data: npt.NDArray[Any],
    row: npt.NDArray[np.int32],
    col: npt.NDArray[np.int32],
    shape: tuple[int, int],
) -> scipy.sparse.coo_matrix:
    """A matrix of parts that are known to be in order; to check them takes longer than all else."""
    matrix = scipy.sparse.coo_matrix(shape, dtype=data.dtype)
    matrix.data, matrix.row, matrix.col = data, row, col
    matrix.has_canonical_format = False
    return matrix
