"""Scores: range, polarity and the hand-made cases that say what they mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from intent_al.entities.ambiguity import entity_ambiguity
from intent_al.records import SpanBatch
from intent_al.strategies.scores import entropy, least_confidence, margin

SCORES = {one.__name__: one for one in (margin, least_confidence, entropy)}
Row = tuple[int, int, int, int, float, bool]


def spans_of(*rows: Row) -> SpanBatch:
    """Rows of (row, start, end, label, probability, emitted)."""
    columns = list(zip(*rows, strict=True))
    row, start, end, label = (np.array(column, dtype=np.int32) for column in columns[:4])
    probability = np.array(columns[4], dtype=np.float32)
    emitted = np.array(columns[5], dtype=np.bool_)
    return SpanBatch(("item", "date"), row, start, end, label, probability, emitted)


@pytest.mark.parametrize("name", SCORES)
@given(
    logits=arrays(
        np.float32,
        array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6),
        elements=st.floats(-80, 80, width=32),
    )
)
def test_every_score_is_finite_in_the_unit_interval_and_one_per_text(
    name: str, logits: np.ndarray[tuple[int, int], np.dtype[np.float32]]
) -> None:
    probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    scores = SCORES[name](probabilities)
    assert scores.shape == (len(logits),)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert ((scores >= 0) & (scores <= 1)).all()


@pytest.mark.parametrize("name", SCORES)
def test_uniform_scores_one_and_certain_scores_zero(name: str) -> None:
    rows = np.array([[0.25] * 4, [0.0, 1.0, 0.0, 0.0]], dtype=np.float32)
    assert SCORES[name](rows) == pytest.approx([1.0, 0.0], abs=1e-6)


@pytest.mark.parametrize("name", SCORES)
def test_one_intent_leaves_nothing_to_ask_and_no_text_is_no_score(name: str) -> None:
    assert SCORES[name](np.ones((3, 1), dtype=np.float32)).tolist() == [0.0, 0.0, 0.0]
    assert SCORES[name](np.zeros((0, 4), dtype=np.float32)).shape == (0,)


def test_half_precision_predictions_are_scored_too() -> None:
    rows = np.array([[0.5, 0.3, 0.2]], dtype=np.float16)
    assert margin(rows) == pytest.approx([0.8], abs=1e-3)
    assert least_confidence(rows) == pytest.approx([0.75], abs=1e-3)
    assert entropy(rows) == pytest.approx([0.937], abs=1e-2)


def test_margin_sees_two_rivals_where_entropy_sees_many_small_ones() -> None:
    rivals = [0.5, 0.5, 0.0, 0.0, 0.0, 0.0]
    many = [0.6, 0.08, 0.08, 0.08, 0.08, 0.08]
    rows = np.array([rivals, many])
    assert np.argmax(margin(rows)) == 0
    assert np.argmax(entropy(rows)) == 1


def test_rival_borders_of_the_emitted_span_add_up() -> None:
    spans = spans_of(
        (0, 4, 11, 0, 0.52, True), (0, 4, 20, 0, 0.41, False), (0, 8, 11, 0, 0.05, False)
    )
    assert entity_ambiguity(spans, 1) == pytest.approx([0.46])


def test_left_out_spans_count_and_the_worst_place_decides() -> None:
    spans = spans_of(
        (0, 0, 3, 0, 0.97, True),
        (0, 0, 3, 1, 0.02, False),
        (0, 10, 14, 1, 0.3, False),
        (2, 0, 4, 0, 0.1, False),
        (2, 4, 8, 0, 0.15, False),
    )
    assert entity_ambiguity(spans, 4) == pytest.approx([0.3, 0.0, 0.15, 0.0])


def test_spans_of_neighbouring_texts_are_never_one_place() -> None:
    spans = spans_of((0, 0, 9, 0, 0.4, False), (1, 0, 9, 0, 0.5, False))
    assert entity_ambiguity(spans, 2) == pytest.approx([0.4, 0.5])


def test_rivals_of_one_place_never_exceed_one() -> None:
    spans = spans_of((0, 0, 9, 0, 0.1, True), *((0, 0, 9 + i, 1, 0.4, False) for i in range(1, 5)))
    assert entity_ambiguity(spans, 1).tolist() == [1.0]


def test_no_spans_mean_no_entity_doubt() -> None:
    assert entity_ambiguity(SpanBatch.empty(), 3).tolist() == [0.0, 0.0, 0.0]
