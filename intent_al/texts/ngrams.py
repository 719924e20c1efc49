"""Character n-grams: a vector space in which a typo or a changed number moves a text only a little.

Hashed, so that nothing has to be fitted and two runs a month apart agree about what a copy is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from intent_al.records import FloatArray
from intent_al.texts.normal_form import normal_form

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NEAR_COPY = 0.85
"""Cosine from which two texts count as the same question: one typo in five words, or none in
punctuation, case and digits."""

WIDTH = 2**18


def encode(texts: Sequence[str]) -> csr_matrix:
    """(n, WIDTH) sparse rows of unit length (zero rows for blank texts alone)."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import HashingVectorizer

    if not texts:
        return csr_matrix((0, WIDTH), dtype=np.float32)
    vectorizer = HashingVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 4),
        n_features=WIDTH,
        alternate_sign=False,
        preprocessor=_weighted,
        dtype=np.float32,
    )
    return vectorizer.transform(texts)


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


def _weighted(text: str) -> str:
    """The normal form, with each sign as a word that counts twice: one emoji instead of another
    makes another answer, and is a single character among many."""
    form = normal_form(text)
    if form.isascii():
        return form
    return "".join(f" {char} {char} " if _is_sign(char) else char for char in form)


def _is_sign(char: str) -> bool:
    return not char.isascii() and unicodedata.category(char)[0] == "S"
