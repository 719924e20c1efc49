"""Hashed features against the plain definition of them, and on hostile texts."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intent_al.nlu.features import TextFeatures

TEXTS = ["Where is my  refund?", "refund my order, my ORDER!", "£5 off 😀", "", "..."]


def grams_by_hand(text: str) -> tuple[Counter[str], Counter[str]]:
    folded = unicodedata.normalize("NFKC", text).lower()
    kept = (char if unicodedata.category(char)[0] in "LMNS" else " " for char in folded)
    words = "".join(kept).split()
    pairs = [f"{one} {two}" for one, two in pairwise(words)]
    letters = [
        f" {word} "[at : at + size]
        for word in words
        for size in (2, 3, 4)
        for at in range(len(word) + 3 - size)
    ]
    return Counter(words + pairs), Counter(letters)


def row_by_hand(text: str, corpus: list[str]) -> list[float]:
    """Sorted weights of the features of ``text``."""
    weights = []
    for block in (0, 1):
        seen_in = Counter(gram for other in corpus for gram in grams_by_hand(other)[block])
        values = [
            (1 + math.log(count)) * (1 + math.log((1 + len(corpus)) / (1 + seen_in[gram])))
            for gram, count in grams_by_hand(text)[block].items()
            if gram in seen_in
        ]
        norm = math.sqrt(sum(value * value for value in values))
        weights += [value / norm for value in values]
    return sorted(weights)


def test_rows_hold_the_tf_idf_of_words_and_letters() -> None:
    features = TextFeatures(TEXTS)
    for text, row in zip(TEXTS, features.training_rows, strict=True):
        assert sorted(row.data.tolist()) == pytest.approx(row_by_hand(text, TEXTS), abs=1e-5)


def test_known_features_of_a_new_text_are_kept_and_unknown_ones_dropped() -> None:
    features = TextFeatures(TEXTS)
    new = ["my refund, please", "zzz", TEXTS[0]]
    rows = features.transform(new)
    assert rows.shape == (3, features.width)
    assert sorted(rows[0].data.tolist()) == pytest.approx(row_by_hand(new[0], TEXTS), abs=1e-5)
    assert rows[1].nnz == 0
    assert (rows[2] != features.training_rows[0]).nnz == 0


@settings(max_examples=50)
@given(texts=st.lists(st.text(alphabet=st.characters(exclude_categories=()), max_size=20)))
def test_any_text_gives_a_row_that_depends_on_nothing_around_it(texts: list[str]) -> None:
    features = TextFeatures(TEXTS)
    together = features.transform(texts)
    assert together.shape == (len(texts), features.width)
    for text, row in zip(texts, together, strict=True):
        alone = features.transform([text])
        assert np.array_equal(alone.toarray()[0], row.toarray()[0])


def test_case_width_and_spacing_make_no_difference() -> None:
    features = TextFeatures(TEXTS)
    rows = features.transform(["where is my refund", "  WHERE\tis ｍｙ\nRefund?! "]).toarray()
    assert np.array_equal(rows[0], rows[1])
