"""Rankings of logs and servers as tables, and retrieval intents by their full names."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intent_al.engines.rasa.model import filled, readable
from intent_al.engines.rasa.retrieval import divide, full_labels
from intent_al.engines.rasa.spans import Committee
from intent_al.entities.spans import joined
from intent_al.nlu.rankings import as_table
from intent_al.records import SpanBatch

LABELS = ("faq", "greet", "order")
ANSWERS = {"faq": ("faq/hours", "faq/parking")}


def test_what_a_cut_ranking_leaves_out_is_shared_by_the_others() -> None:
    table = as_table([[("a", 0.6), ("b", 0.2)]], ["a", "b", "c", "d"])
    np.testing.assert_allclose(table, [[0.6, 0.2, 0.1, 0.1]], atol=1e-6)


def test_what_is_left_out_is_never_more_than_what_is_named() -> None:
    table = as_table([[("a", 0.5), ("b", 0.05)]], ["a", "b", "c"])
    np.testing.assert_allclose(table, [[0.5, 0.05, 0.05]], atol=1e-6)


def test_retrieval_intents_are_named_in_full() -> None:
    assert full_labels(LABELS, ANSWERS) == ("faq/hours", "faq/parking", "greet", "order")
    assert full_labels(LABELS, {}) == LABELS
    both = {"default": ("chat/joke", "faq/hours")}
    assert full_labels(("chat", "faq"), both) == ("chat/joke", "faq/hours")


@given(st.lists(st.floats(0.01, 1), min_size=3, max_size=3), st.floats(0.01, 1), st.floats(0, 1))
def test_the_share_of_an_intent_is_divided_among_its_answers(
    weights: list[float], one: float, other: float
) -> None:
    shares = np.array([weights]) / sum(weights)
    full = divide(LABELS, shares, ANSWERS, {"faq": np.array([[one, other]])})
    np.testing.assert_allclose(full.sum(axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(full[0, :2].sum(), shares[0, 0], atol=1e-5)
    assert (full[0, 0] >= full[0, 1]) == (one >= other) or one == pytest.approx(other)


def test_answers_that_nothing_is_known_of_share_evenly() -> None:
    full = divide(LABELS, np.array([[0.8, 0.1, 0.1]]), ANSWERS, {"faq": np.full((1, 2), np.nan)})
    np.testing.assert_allclose(full, [[0.4, 0.4, 0.1, 0.1]], atol=1e-6)


def test_a_message_without_scores_may_be_anything() -> None:
    table = filled(np.array([[np.nan, np.nan], [0.9, 0.1], [0.7, np.nan]]))
    np.testing.assert_allclose(table, [[0.5, 0.5], [0.9, 0.1], [0.7, 0.3]], atol=1e-6)


def test_a_novel_is_cut_and_half_a_character_replaced() -> None:
    assert len(readable("a" * 10_000)) == 4_000
    assert readable("ok \ud83d") == "ok \ufffd"
    assert readable("teapot 🫖") == "teapot 🫖"


def test_a_pattern_is_as_sure_as_it_says() -> None:
    entity = {"entity": "zip", "start": 0, "end": 5, "extractor": "RegexEntityExtractor"}
    duckling = {"entity": "time", "start": 0, "end": 5, "extractor": "DucklingEntityExtractor"}
    spans = Committee([]).spans({"spans": [], "entities": [[entity, duckling], []]})
    assert spans.labels == ("zip",)
    assert (spans.row.tolist(), spans.probability.tolist()) == ([0], [1.0])
    assert spans.emitted.all()


def batch(*rows: tuple[int, int, int, str]) -> SpanBatch:
    labels = tuple(sorted({row[3] for row in rows}))
    columns = [np.array([row[at] for row in rows], np.int32) for at in range(3)]
    label = np.array([labels.index(row[3]) for row in rows], np.int32)
    size = len(rows)
    return SpanBatch(labels, *columns, label, np.ones(size, np.float32), np.ones(size, np.bool_))


def test_batches_with_other_labels_become_one() -> None:
    one, other = batch((0, 0, 2, "b"), (1, 3, 4, "c")), batch((0, 1, 2, "a"), (0, 5, 6, "c"))
    both = joined([one, other], [2, 1])
    assert both.labels == ("a", "b", "c")
    assert [both.labels[label] for label in both.label] == ["b", "c", "a", "c"]
    assert both.row.tolist() == [0, 1, 2, 2]
