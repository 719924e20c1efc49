"""Metrics on hand-made answers whose figures can be checked in the head."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from intent_al.evaluation.metrics import (
    Quality,
    accuracy,
    entity_counts,
    entity_quality,
    macro_f1,
    per_intent,
)
from intent_al.records import Entity, SpanBatch

GOLD = ["a", "a", "a", "b", "c"]
GUESS = ["a", "a", "b", "b", "d"]


def test_accuracy_is_the_share_of_hits() -> None:
    assert accuracy(GOLD, GUESS) == pytest.approx(3 / 5)
    assert accuracy([], []) == 0.0


def test_per_intent_covers_labelled_and_predicted_intents() -> None:
    assert per_intent(GOLD, GUESS) == {
        "a": Quality(1.0, 2 / 3, 0.8, 3),
        "b": Quality(0.5, 1.0, 2 / 3, 1),
        "c": Quality(0.0, 0.0, 0.0, 1),
        "d": Quality(0.0, 0.0, 0.0, 0),
    }


def test_macro_f1_agrees_with_scikit_learn_over_the_labelled_intents() -> None:
    expected = f1_score(GOLD, GUESS, labels=["a", "b", "c"], average="macro", zero_division=0)
    assert macro_f1(GOLD, GUESS) == pytest.approx(expected)
    assert macro_f1([], []) == 0.0


@pytest.mark.parametrize("metric", [accuracy, per_intent, macro_f1])
def test_answers_to_other_questions_are_refused(metric: object) -> None:
    assert callable(metric)
    with pytest.raises(ValueError, match=r"labels|zip"):
        metric(["a"], [])


def test_an_entity_is_right_with_both_borders_label_and_role() -> None:
    gold = [
        [Entity("city", 0, 6, role="to"), Entity("date", 10, 13)],
        [],
        [Entity("city", 0, 4)],
    ]
    spans = SpanBatch(
        ("city", "city#to", "date"),
        np.array([0, 0, 0, 1, 2], dtype=np.int32),
        np.array([0, 0, 10, 0, 0], dtype=np.int32),
        np.array([6, 6, 12, 4, 4], dtype=np.int32),
        np.array([0, 1, 2, 0, 0], dtype=np.int32),
        np.array([0.3, 0.6, 0.9, 0.8, 0.4], dtype=np.float32),
        np.array([False, True, True, True, False]),
    )
    assert entity_quality(gold, spans) == Quality(1 / 3, 1 / 3, 1 / 3, 3)
    assert entity_counts(gold, spans).tolist() == [[1, 2, 2], [0, 1, 0], [0, 0, 1]]
    assert entity_quality([[], []], SpanBatch.empty()) == Quality(0.0, 0.0, 0.0, 0)
