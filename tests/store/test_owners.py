"""Each stage writes its own tables and no others, so that a wrong row has one place to come from.

SQLite itself is asked, before every statement, what it is about to write.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from intent_al import steps
from intent_al.project.config import find_project
from intent_al.stages import retire as retiring
from intent_al.stages import review
from intent_al.stages.review.answers import read_answers
from intent_al.store import Store, predictions, runs
from intent_al.store.schema import ACCOUNTS, GUESTS, OWNERS
from intent_al.workspace import Workspace
from tests.support import small_bot

WRITES = {
    sqlite3.SQLITE_INSERT: "INSERT",
    sqlite3.SQLITE_UPDATE: "UPDATE",
    sqlite3.SQLITE_DELETE: "DELETE",
}
Written = dict[str, set[tuple[str, str]]]


def watched(bot: Path, work: Callable[[Workspace], object]) -> set[tuple[str, str]]:
    """What ``work`` writes on a connection of its own: (statement, table)."""
    seen: list[tuple[str, str]] = []

    def authorize(
        action: int, table: str | None, column: str | None, base: str | None, source: str | None
    ) -> int:
        if action in WRITES and base == "main" and not str(table).startswith("sqlite_"):
            seen.append((WRITES[action], str(table)))
        return sqlite3.SQLITE_OK

    with Workspace(find_project(bot)) as workspace:
        workspace.store.connection.set_authorizer(authorize)
        work(workspace)
    return set(seen)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The whole loop, once."""
    bot = small_bot.make(tmp_path_factory.mktemp("owners") / "bot", turns=60)
    key = small_bot.answer_key(small_bot.sentences(60))
    answers = small_bot.write_answers(bot / "answers.jsonl", key)

    def answer(workspace: Workspace) -> None:
        known = read_answers(answers, workspace.masker, "out_of_scope")
        assert review.answer(workspace.store, known, reviewer="kim").decided
        assert review.undo(workspace.store, reviewer="kim")

    def apply(workspace: Workspace) -> None:
        assert steps.apply(workspace).written

    def predict(workspace: Workspace) -> None:
        assert steps.predict(workspace).predicted
        predictions.prune(workspace.store, keep=3)

    def promote(workspace: Workspace) -> None:
        run = runs.latest_run(workspace.store)
        assert run is not None
        assert steps.promote(workspace, run).model == run.model

    def retire(workspace: Workspace) -> None:
        model = predictions.latest_model(workspace.store)
        assert model is not None
        store = workspace.store
        assert retiring.retire(store, model=model, threshold=0.0).retired
        assert retiring.bring_back(store, model)

    stages = {
        "pull": watched(bot, steps.pull),
        "predict": watched(bot, predict),
        "select": watched(bot, steps.select),
        "review": watched(bot, answer),
        "apply": watched(bot, apply),
        "retrain": watched(bot, steps.retrain),
        "gate": watched(bot, steps.gate),
        "promote": watched(bot, promote),
    }
    with Workspace(find_project(bot)) as workspace:
        assert steps.select(workspace, size=5).items, "something waits that can be retired"
    return {**stages, "retire": watched(bot, retire)}


@pytest.mark.slow
@pytest.mark.parametrize("stage", OWNERS)
def test_a_stage_writes_its_own_tables_only(stage: str, written: Written) -> None:
    tables = {table for _, table in written[stage]}
    assert tables, "the stage wrote nothing at all"
    assert tables <= OWNERS[stage] | GUESTS.get(stage, frozenset())


@pytest.mark.slow
def test_a_guest_in_the_table_of_another_inserts_and_nothing_else(written: Written) -> None:
    for stage, tables in GUESTS.items():
        guests = {(verb, table) for verb, table in written[stage] if table in tables}
        assert guests <= {("INSERT", table) for table in tables}


@pytest.mark.slow
def test_decisions_are_appended_and_never_touched_again(written: Written) -> None:
    assert written["review"] == {("INSERT", "decision"), ("INSERT", "audit"), ("DELETE", "claim")}


def test_every_table_has_one_owner(tmp_path: Path) -> None:
    owned = [table for tables in (*OWNERS.values(), ACCOUNTS) for table in tables]
    with Store(tmp_path / "state.db") as store:
        tables = store.query(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    assert sorted(owned) == sorted(row[0] for row in tables)
