"""Character n-grams: a vector space in which a typo or a changed number moves a text only a little.

Hashed, so that nothing has to be fitted and two runs a month apart agree about what a copy is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from intent_al.records import BoolArray, FloatArray
from intent_al.texts.normal_form import normal_form

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NEAR_COPY = 0.85
"""Cosine from which two texts count as the same question: of one normal form, or one typo in five
words away."""

WIDTH = 2**18

_LONE_SIGN = re.compile(r"([^\w\s])(?<!\S.)(?!\S)")
_NOTHING = "\0"
"""What stands for a text without a normal form, so that it is a copy of others without one."""


def encode(texts: Sequence[str]) -> csr_matrix:
    """(n, WIDTH) sparse rows of unit length, equal for texts of one normal form."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import HashingVectorizer

    if not texts:
        return csr_matrix((0, WIDTH), dtype=np.float32)
    vectorizer = HashingVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 4),
        n_features=WIDTH,
        alternate_sign=False,
        preprocessor=_spelled,
        dtype=np.float32,
    )
    return vectorizer.transform(texts)


def _spelled(text: str) -> str:
    """A picture weighs as much as a word of two letters: "thanks 👍" is no copy of "thanks 👎"."""
    form = normal_form(text)
    if form.isascii():
        return form or _NOTHING
    return _LONE_SIGN.sub(r"\1\1", form)


def are_copies(queries: csr_matrix, references: csr_matrix) -> BoolArray:
    """(n,) whether each query is a copy, or nearly one, of any reference."""
    return nearest(queries, references) >= NEAR_COPY


def nearest(queries: csr_matrix, references: csr_matrix, *, chunk: int = 2_048) -> FloatArray:
    """(n,) the highest cosine of each query to any reference; 0 where there is none."""
    if references.shape[0] == 0 or queries.shape[0] == 0:
        return np.zeros(queries.shape[0], dtype=np.float32)
    turned = references.T.tocsr()
    best = [
        (queries[start : start + chunk] @ turned).max(axis=1).toarray().ravel()
        for start in range(0, queries.shape[0], chunk)
    ]
    return np.concatenate(best).astype(np.float32)
