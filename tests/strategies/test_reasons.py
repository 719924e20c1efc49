"""Reasons: the sentence a reviewer reads."""

from __future__ import annotations

import numpy as np

from intent_al.records import SpanBatch
from intent_al.strategies.reasons import (
    entity_reasons,
    entropy_reason,
    least_confidence_reason,
    margin_reason,
)

LABELS = ("greet", "refund_request", "refund_status")


def spans_of(*rows: tuple[int, int, int, int, float, bool]) -> SpanBatch:
    columns = list(zip(*rows, strict=True))
    row, start, end, label = (np.array(column, dtype=np.int32) for column in columns[:4])
    probability = np.array(columns[4], dtype=np.float32)
    emitted = np.array(columns[5], dtype=np.bool_)
    return SpanBatch(("item", "date"), row, start, end, label, probability, emitted)


def test_intent_reasons_name_the_intents_in_doubt() -> None:
    row = np.array([0.06, 0.44, 0.5], dtype=np.float32)
    assert margin_reason(LABELS, row) == "0.06 between refund_status and refund_request"
    assert least_confidence_reason(LABELS, row) == "0.50 at best, for refund_status"
    assert entropy_reason(LABELS, row) == (
        "spread like 2.4 equal intents: refund_status 0.50, refund_request 0.44, greet 0.06"
    )


def test_a_single_intent_has_no_rival_to_name() -> None:
    for reason in (margin_reason, least_confidence_reason, entropy_reason):
        assert reason(("greet",), np.ones(1)) == "greet is the only intent"
        assert reason((), np.zeros(0)) == "no intent to choose from"


def test_entity_reason_shows_both_borders_of_the_most_doubtful_place() -> None:
    texts = ["the red mug with lid by May", "hello", "see May"]
    spans = spans_of(
        (0, 4, 11, 0, 0.52, True),
        (0, 4, 20, 0, 0.41, False),
        (0, 24, 27, 1, 0.95, True),
        (0, 24, 27, 0, 0.04, False),
        (2, 4, 7, 1, 0.97, True),
    )
    assert entity_reasons(texts, spans) == ["'red mug' 0.52 or 'red mug with lid' 0.41", "", ""]


def test_entity_reason_names_labels_that_differ_and_spans_left_out() -> None:
    spans = spans_of((0, 4, 7, 0, 0.3, False), (0, 4, 7, 1, 0.6, True), (1, 0, 3, 1, 0.4, False))
    assert entity_reasons(["see May", "May"], spans) == [
        "'May' date 0.60 or 'May' item 0.30",
        "nothing or 'May' 0.40",
    ]


def test_entity_reason_pairs_the_rival_with_the_span_that_it_would_replace() -> None:
    spans = spans_of((0, 0, 3, 0, 0.6, True), (0, 0, 16, 0, 0.3, False), (0, 4, 16, 0, 0.6, True))
    assert entity_reasons(["mug purple large"], spans) == [
        "'purple large' 0.60 or 'mug purple large' 0.30"
    ]


def test_no_spans_give_no_reasons() -> None:
    assert entity_reasons(["a", "b"], SpanBatch.empty()) == ["", ""]
