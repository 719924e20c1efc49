"""CountVectorsFeaturizer over a whole batch: every word is counted once, not once a message."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence

import numpy as np
import scipy.sparse
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from .features import sparse

_Matrices = List[Optional[scipy.sparse.spmatrix]]


class BatchedCounts:
    """Answers what the featurizer asks itself about each message from tables of the batch."""

    def __init__(self, component: Any) -> None:
        self._component = component
        self._ask = component._create_features
        self._words: dict[str, int] = {}
        self._counts: scipy.sparse.csr_matrix | None = None
        self._sentences: dict[str, int] = {}
        self._sums: scipy.sparse.csr_matrix | None = None
        component._create_features = self._create_features

    def prepare(self, messages: Sequence[Message]) -> None:
        """Count all words and sentences of the batch in two calls."""
        self._words, self._counts, self._sentences, self._sums = {}, None, {}, None
        vectorizer = (self._component.vectorizers or {}).get(TEXT)
        if not vectorizer:
            return
        for message in messages:
            tokens = self._component._get_processed_message_tokens_by_attribute(message, TEXT)
            for token in tokens:
                self._words.setdefault(token, len(self._words))
            self._sentences.setdefault(" ".join(tokens), len(self._sentences))
        if self._words:
            self._counts = _sorted(vectorizer.transform(list(self._words)))
            self._sums = _sorted(vectorizer.transform(list(self._sentences)))

    def _create_features(
        self, attribute: str, all_tokens: list[list[str]]
    ) -> tuple[_Matrices, _Matrices]:
        tokens = all_tokens[0] if len(all_tokens) == 1 else []
        known = attribute == TEXT and tokens and all(token in self._words for token in tokens)
        sentence = " ".join(tokens)
        if not known or self._counts is None or self._sums is None:
            found: tuple[_Matrices, _Matrices] = self._ask(attribute, all_tokens)
            return found
        words = _rows(self._counts, [self._words[token] for token in tokens])
        if TEXT not in DENSE_FEATURIZABLE_ATTRIBUTES or sentence not in self._sentences:
            return [words], [None]
        return [words], [_rows(self._sums, [self._sentences[sentence]])]


def _sorted(matrix: scipy.sparse.csr_matrix) -> scipy.sparse.csr_matrix:
    matrix.sort_indices()
    return matrix


def _rows(matrix: scipy.sparse.csr_matrix, rows: Sequence[int]) -> scipy.sparse.coo_matrix:
    """The given rows, as a matrix of their own."""
    starts, ends = matrix.indptr[:-1], matrix.indptr[1:]
    parts = [slice(starts[row], ends[row]) for row in rows]
    lengths = [part.stop - part.start for part in parts]
    return sparse(
        np.concatenate([matrix.data[part] for part in parts]),
        np.repeat(np.arange(len(rows), dtype=np.int32), lengths),
        np.concatenate([matrix.indices[part] for part in parts]),
        (len(rows), matrix.shape[1]),
    )
