"""Which texts are offered, and which judge."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from intent_al.errors import NotEnoughDataError, UsageError
from intent_al.records import Example
from intent_al.simulation.data import make_task, read_task
from intent_al.strategies.base import NO_INTENT

POOL = [
    Example("hello", "greet"),
    Example("hi", "greet"),
    Example("my money", "refund"),
    Example("hello", "refund"),
    Example("who are you", "oos"),
]
TESTS = [Example("hey", "greet"), Example("hi", "greet"), Example("sing", "oos")]


def test_a_text_counts_once_and_never_on_both_sides() -> None:
    task = make_task(POOL, TESTS)
    assert task.texts == ("hello", "my money", "who are you")
    assert task.tests == ("hey", "hi", "sing")
    assert [task.intents[label] for label in task.labels] == ["greet", "refund", "oos"]


def test_what_fits_no_intent_is_offered_and_does_not_judge() -> None:
    task = make_task(POOL, TESTS, out_of_scope="oos")
    assert task.intents == ("greet", "refund")
    assert task.labels.tolist() == [0, 1, NO_INTENT]
    assert task.tests == ("hey", "hi")


def test_a_test_of_an_intent_that_nobody_offers_is_left_out() -> None:
    task = make_task(POOL, [*TESTS, Example("bye", "goodbye")])
    assert "bye" not in task.tests


def test_too_little_to_tell_is_said() -> None:
    with pytest.raises(NotEnoughDataError, match="at least two intents"):
        make_task(POOL[:2], TESTS)


def test_a_fifth_of_each_intent_is_held_out(tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    rows = [{"text": f"{name} {at}", "intent": name} for name in ("a", "b") for at in range(10)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    task = read_task(path)
    assert np.bincount(task.test_labels).tolist() == [2, 2]
    assert np.bincount(task.labels).tolist() == [8, 8]
    assert not set(task.texts) & set(task.tests)
    assert read_task(path, seed=1).tests != task.tests


def test_a_file_that_is_none_of_a_known_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labelled.xyz"
    path.write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match=r"labelled\.xyz: the suffix '\.xyz' belongs"):
        read_task(path)
    with pytest.raises(UsageError, match=r"labelled\.csv: it does not exist"):
        read_task(path.with_suffix(".csv"))
