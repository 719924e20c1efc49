"""Which decisions a run has learned from, at the time when it was trained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from intent_al.records import Outcome
from intent_al.store import Store, decisions, runs, verdicts
from intent_al.store.decisions import Decision

TEXTS = ("one", "two", "three", "four", "audit")
BOT = "bot"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Five utterances in the queue, each as the item of its number; the last of the audit."""
    with Store(tmp_path / "s.db") as opened:
        with opened.write() as connection:
            connection.execute(
                "INSERT INTO model (id, name, kind, labels, span_labels, used_at)"
                " VALUES (1, 'old', 'builtin', '[]', '[]', 1.0)"
            )
            connection.execute("INSERT INTO batch VALUES (1, 1.0, 1, 'margin', 0)")
            for number, text in enumerate(TEXTS, start=1):
                connection.execute(
                    "INSERT INTO utterance (id, bot, language, text, said, first_at, last_at)"
                    " VALUES (?, ?, 'und', ?, 1, 1.0, 1.0)",
                    (number, BOT, text),
                )
                quota = "audit" if text == "audit" else "uncertainty"
                connection.execute(
                    "INSERT INTO queue_item (id, batch, position, utterance, quota, score, reason)"
                    " VALUES (?, 1, ?, ?, ?, 0.5, '')",
                    (number, number, number, quota),
                )
        yield opened


def decide(store: Store, text: str, intent: str | Outcome, *, reviewer: str = "kim") -> int:
    item = TEXTS.index(text) + 1
    decision = (
        Decision(item, intent)
        if isinstance(intent, Outcome)
        else Decision(item, Outcome.LABELLED, intent)
    )
    return decisions.write(store, decision, reviewer=reviewer, now=1.0)


def apply(store: Store, *ids: int, at: float) -> None:
    with store.write() as connection:
        for number in ids:
            connection.execute(
                "INSERT INTO change (apply_id, decision, path, intent, planned_at, written_at)"
                " VALUES ('x', ?, 'nlu.yml', 'a', ?, ?)",
                (number, at, at),
            )


def trained(store: Store, model: str, *, at: float, newest: int | None = None) -> int:
    run = runs.write_run(store, model=model, examples=1, data_hash="", settings={}, now=at)
    with store.write() as connection:
        connection.execute("UPDATE run SET decision = ? WHERE id = ?", (newest, run))
    return run


def learned(store: Store, run: int, against: str | None = None) -> list[tuple[str, str | None]]:
    return [(one.text, one.intent) for one in verdicts.learned(store, BOT, run, against)]


def test_a_run_on_the_bots_files_knows_what_was_written_into_them(store: Store) -> None:
    apply(store, decide(store, "one", "greet"), at=5.0)
    decide(store, "two", "bye")
    apply(store, decide(store, "three", "help"), at=20.0)
    run = trained(store, "new", at=10.0)
    assert learned(store, run) == [("one", "greet")]


def test_a_run_that_names_its_newest_decision_knows_all_up_to_it(store: Store) -> None:
    decide(store, "one", "greet")
    decide(store, "two", Outcome.DEPENDS_ON_CONTEXT)
    decide(store, "audit", "greet")
    newest = decide(store, "three", Outcome.OUT_OF_SCOPE)
    decide(store, "four", "late")
    run = trained(store, "new", at=10.0, newest=newest)
    assert learned(store, run) == [("three", None), ("one", "greet")]


def test_only_the_last_word_before_the_training_counts(store: Store) -> None:
    decide(store, "one", "wrong")
    decide(store, "two", "taken back", reviewer="ann")
    decisions.undo(store, reviewer="ann", now=1.0)
    newest = decide(store, "one", "right", reviewer="lee")
    decide(store, "one", "later")
    run = trained(store, "new", at=10.0, newest=newest)
    assert learned(store, run) == [("one", "right")]


def test_what_the_model_before_did_not_know_comes_first(store: Store) -> None:
    first, second = decide(store, "one", "greet"), decide(store, "two", "bye")
    trained(store, "old", at=1.0, newest=second)
    third = decide(store, "three", "help")
    run = trained(store, "new", at=2.0, newest=third)
    found = verdicts.learned(store, BOT, run, "old")
    assert [(one.text, one.new) for one in found] == [
        ("three", True),
        ("two", False),
        ("one", False),
    ]
    assert all(one.new for one in verdicts.learned(store, BOT, run, None))
    assert all(one.new for one in verdicts.learned(store, BOT, run, "never trained here"))
    assert first < second < third


def test_decisions_of_another_bot_are_not_shown(store: Store) -> None:
    run = trained(store, "new", at=1.0, newest=decide(store, "one", "greet"))
    assert verdicts.learned(store, "other", run, None) == []


def test_the_newest_verdict_is_read_with_what_it_was_compared_with(store: Store) -> None:
    assert verdicts.judged(store) is None
    run = trained(store, "new", at=1.0)
    assert verdicts.judged(store, run) is None
    assert verdicts.exists(store, run)
    assert not verdicts.exists(store, run + 1)
    for outcome in ("refused", "passed"):
        runs.write_verdict(
            store, run=run, outcome=outcome, figures={"a": 1}, against="old", asked="h", now=3.0
        )
    found = verdicts.judged(store, run)
    assert found is not None
    assert (found.outcome, found.against, found.asked) == ("passed", "old", "h")
    assert (found.model, found.engine, found.figures) == ("new", "builtin", {"a": 1})
    assert verdicts.judged_runs(store) == [run]
