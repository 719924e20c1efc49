"""Which labels are found to be wrong, where it is known which ones are."""

from __future__ import annotations

import numpy as np
import pytest

from intent_al.records import FloatArray
from intent_al.strategies.label_errors import suspicion


def groups(*counts: int, seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    rows = np.repeat(np.eye(12)[: len(counts)], counts, axis=0)
    rows = rows + 0.1 * rng.normal(size=rows.shape)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


VECTORS = groups(30, 30, 30)
TRUE = np.repeat([0, 1, 2], 30).astype(np.int32)


def test_changed_labels_come_first_with_what_they_should_be() -> None:
    labels = TRUE.copy()
    wrong = [3, 17, 40, 88]
    labels[wrong] = (labels[wrong] + 1) % 3
    found = suspicion(VECTORS, labels)
    assert sorted(np.argsort(-found.score)[:4]) == wrong
    assert found.instead[wrong].tolist() == TRUE[wrong].tolist()
    assert np.flatnonzero(found.contradicted).tolist() == wrong
    assert ((found.score >= 0) & (found.score <= 1)).all()


def test_right_labels_are_not_contradicted() -> None:
    found = suspicion(VECTORS, TRUE)
    assert not found.contradicted.any()
    assert (found.instead == TRUE).all()
    assert found.score.max() < 0.5


def test_an_intent_of_one_example_is_no_reason_to_fail() -> None:
    found = suspicion(groups(10, 10, 1), np.array([0] * 10 + [1] * 10 + [2], dtype=np.int32))
    assert np.isfinite(found.score).all()


@pytest.mark.parametrize("labels", [[], [0], [0, 0, 0], [1, 1]])
def test_where_there_is_nothing_to_confuse_nothing_is_suspicious(labels: list[int]) -> None:
    found = suspicion(groups(len(labels)) if labels else groups(1)[:0], np.array(labels, np.int32))
    assert not found.score.any()
    assert found.instead.tolist() == labels
