"""Texts to sparse rows: hashed words and letters, fast enough to read a whole production log.

A bot's log has millions of utterances and few distinct training sentences, so reading texts, not
the linear model, is what prediction costs. scikit-learn's ``char_wb`` analyser walks every text in
Python (about 8,000 short texts a second); here the code points of a whole chunk are one array and
every n-gram is a few array operations on it (about 40,000 a second), with the same accuracy.

A feature is a word, a pair of neighbouring words, or 2 to 4 letters of a word with its borders.
Its weight is that of TF-IDF with ``1 + log(count)``; words and letters are each scaled to unit
length, so that neither drowns the other. No spaCy here: its tokenizer alone would be the slowest
part.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

CHUNK = 4096
BUCKET_BITS = 22
LETTER_GRAMS = (2, 3, 4)
_BASE = np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_TO_BUCKET = np.uint64(64 - BUCKET_BITS)
_SPACE = 32

Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Grams:
    """Feature occurrences of a chunk: the text they come from and their bucket."""

    row: Ints
    bucket: Ints


def _mixed(hashes: Hashes, kind: int) -> Ints:
    """Spread hashes over the buckets; ``kind`` tells a word from the letters that it is made of."""
    salted = (hashes + np.uint64(kind)) * _MIX
    salted ^= salted >> _SHIFT
    return np.asarray((salted * _MIX) >> _TO_BUCKET, dtype=np.int64)


def _folded(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint32], Ints]:
    """Lower-case code points of all texts, a space between words and around each text, and rows."""
    lowered = [unicodedata.normalize("NFKC", text).lower() for text in texts]
    sizes = np.array([len(text) + 1 for text in lowered], dtype=np.int64)
    encoded = (" " + " ".join(lowered) + " ").encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(encoded, dtype=np.uint32)[: int(sizes.sum()) + 1]
    kinds, place = np.unique(codes, return_inverse=True)
    # letters, marks, numbers and symbols ("£", emoji) carry meaning; the rest separates words
    kept = np.array([unicodedata.category(chr(code))[0] in "LMNS" for code in kinds])
    folded = np.where(kept, kinds, _SPACE).astype(np.uint32)[place.reshape(-1)]
    row = np.repeat(np.arange(len(texts), dtype=np.int64), sizes)
    row = np.insert(row, 0, 0)
    double = np.zeros(len(folded), dtype=np.bool_)
    double[1:] = (folded[1:] == _SPACE) & (folded[:-1] == _SPACE) & (row[1:] == row[:-1])
    return folded[~double], row[~double]


def _word_grams(codes: npt.NDArray[np.uint32], row: Ints) -> Grams:
    """Words and pairs of neighbouring words of one text."""
    letter = codes != _SPACE
    first = np.flatnonzero(letter & ~np.concatenate([[False], letter[:-1]]))
    if not len(first):
        return Grams(np.zeros(0, np.int64), np.zeros(0, np.int64))
    last = np.flatnonzero(letter & ~np.concatenate([letter[1:], [False]]))
    sizes = last - first + 1
    places = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    powers = np.cumprod(np.full(int(sizes.max()), _BASE, dtype=np.uint64))
    parts = (codes[letter].astype(np.uint64) + np.uint64(1)) * powers[places]
    words = np.add.reduceat(parts, np.cumsum(sizes) - sizes)
    owner = row[first]
    together = owner[1:] == owner[:-1]
    pairs = (words[:-1] * _MIX + words[1:])[together]
    return Grams(
        np.concatenate([owner, owner[1:][together]]),
        np.concatenate([_mixed(words, 1), _mixed(pairs, 2)]),
    )


def _letter_grams(codes: npt.NDArray[np.uint32], row: Ints) -> Grams:
    """Runs of 2 to 4 code points that may begin or end with a space but hold none inside."""
    space = codes == _SPACE
    rows, buckets = [], []
    hashes = codes.astype(np.uint64) + np.uint64(1)
    inner_free = np.ones(len(codes), dtype=np.bool_)
    for size in range(2, max(LETTER_GRAMS) + 1):
        if len(codes) < size:
            break
        if size > 2:
            inner_free = inner_free[:-1] & ~space[size - 2 : len(codes) - 1]
        else:
            inner_free = inner_free[:-1]
        hashes = hashes[:-1] * _BASE + codes[size - 1 :].astype(np.uint64) + np.uint64(1)
        # a text ends with the space that the next one begins with: grams never cross it
        whole = inner_free & ~(space[: 1 - size] & space[size - 1 :] & (size == 2))
        where = np.flatnonzero(whole)
        # the leading space belongs to the text before it, so the second code point names the text
        rows.append(row[where + 1])
        buckets.append(_mixed(hashes[where], 2 + size))
    if not rows:
        return Grams(np.zeros(0, np.int64), np.zeros(0, np.int64))
    return Grams(np.concatenate(rows), np.concatenate(buckets))


class TextFeatures:
    """Hashed TF-IDF over the buckets that occur in the training texts.

    Buckets take the place of a vocabulary: no string is kept, and an unseen feature is dropped
    unless it falls into the bucket of a seen one (1 in 100 at 40,000 features).
    """

    def __init__(self, texts: Sequence[str]) -> None:
        words, letters = _grams(texts)
        seen = np.unique(np.concatenate([words.bucket, letters.bucket + (1 << BUCKET_BITS)]))
        self.width = len(seen)
        self._first_letter = int(np.searchsorted(seen, 1 << BUCKET_BITS))
        self._columns = np.full(2 << BUCKET_BITS, -1, dtype=np.int32)
        self._columns[seen] = np.arange(len(seen), dtype=np.int32)
        counts = self._count(words, letters, len(texts))
        seen_in = np.bincount(counts.indices, minlength=self.width)
        self._rarity = (np.log((1 + len(texts)) / (1 + seen_in)) + 1).astype(np.float32)
        self.training_rows = self._weigh(counts)

    def transform(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Rows (n, width); a text without a known feature is a row of zeros."""
        return self._weigh(self._count(*_grams(texts), len(texts)))

    def _count(self, words: Grams, letters: Grams, rows: int) -> sp.csr_matrix:
        bucket = np.concatenate([words.bucket, letters.bucket + (1 << BUCKET_BITS)])
        row = np.concatenate([words.row, letters.row])
        column = self._columns[bucket]
        known = column >= 0
        ones = np.ones(int(known.sum()), dtype=np.float32)
        # building from coordinates adds up what falls on the same place
        return sp.csr_matrix((ones, (row[known], column[known])), shape=(rows, self.width))

    def _weigh(self, counts: sp.csr_matrix) -> sp.csr_matrix:
        values = (1 + np.log(counts.data)) * self._rarity[counts.indices]
        row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        block = row * 2 + (counts.indices >= self._first_letter)
        norms = np.sqrt(np.bincount(block, values * values, minlength=2 * counts.shape[0]))
        values = (values / norms[block]).astype(np.float32)
        return sp.csr_matrix((values, counts.indices, counts.indptr), shape=counts.shape)


def _grams(texts: Sequence[str]) -> tuple[Grams, Grams]:
    codes, row = _folded(texts)
    return _word_grams(codes, row), _letter_grams(codes, row)
