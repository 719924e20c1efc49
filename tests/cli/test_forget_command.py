"""A person is removed, also from what was made of their words, and nobody else is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from intent_al import steps
from intent_al.project.config import find_project
from intent_al.records import Outcome
from intent_al.stages import review
from intent_al.store import Store, audit, cards, queue, remarks
from intent_al.store.decisions import Decision
from intent_al.workspace import Workspace
from tests.support import small_bot
from tests.support.commands import Call

SECRET = "zanzibar teapot riddle"
SHARED = "where did my money go"
SAID = [SECRET, SHARED, "another thing entirely", SHARED, "money for the jug", "hello you there"]


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    """sender-0 says the first three, sender-1 the others; all of it was asked and answered."""
    bot = small_bot.make(tmp_path / "bot", SAID)
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        steps.select(workspace, size=10)
        for item in queue.open_items(workspace.store):
            decision = Decision(item.id, Outcome.LABELLED, "greet", (), True)
            review.decide(workspace.store, decision, reviewer="kim")
            remarks.add(workspace.store, item.id, item.text, reviewer="kim", now=1.0)
    return bot


@pytest.fixture
def store(spoken: Path) -> Iterator[Store]:
    with Store(find_project(spoken).database) as opened:
        yield opened


def texts(store: Store) -> dict[str, tuple[int, int]]:
    rows = store.query("SELECT text, said, senders FROM utterance")
    return {row[0]: (row[1], row[2]) for row in rows}


def bytes_of(bot: Path) -> bytes:
    return b"".join(path.read_bytes() for path in (bot / ".intent-al").glob("intent-al.db*"))


def test_what_only_they_said_is_gone_to_the_last_byte(call: Call, spoken: Path) -> None:
    assert SECRET.encode() in bytes_of(spoken)
    found = call("forget", "--sender", "sender-0", "--yes", "--json", project=spoken)
    assert found.code == 0
    assert found.data["messages"] == 3
    assert found.data["texts"] == 2
    assert SECRET.encode() not in bytes_of(spoken)
    assert b"another thing entirely" not in bytes_of(spoken)
    with Store(find_project(spoken).database) as store:
        assert not store.query("PRAGMA foreign_key_check")
        assert store.query("PRAGMA integrity_check")[0][0] == "ok"


def test_their_spelling_of_what_others_said_is_gone(call: Call, tmp_path: Path) -> None:
    said = ["where is the zebra", "do cats like jazz", "a fine day", "WHERE is the zebra?!"]
    bot = small_bot.make(tmp_path / "bot", said)
    with Workspace(find_project(bot)) as workspace:
        settings = replace(workspace.settings.select, audit_share=0.0)
        workspace.settings = replace(workspace.settings, select=settings)
        steps.pull(workspace)
        steps.predict(workspace)
        steps.select(workspace, size=10)
        (item,) = (one.id for one in queue.open_items(workspace.store) if one.text == said[0])
        assert cards.spellings(workspace.store, item) == [said[3]]
    call("forget", "--sender", "sender-1", "--yes", project=bot)
    assert b"WHERE is the zebra" not in bytes_of(bot)
    with Store(find_project(bot).database) as store:
        assert cards.spellings(store, item) == []


def test_what_others_said_too_stays_with_its_answer(call: Call, spoken: Path, store: Store) -> None:
    assert texts(store)[SHARED] == (2, 2)
    decided = store.count("SELECT count(*) FROM resolution")
    call("forget", "--sender", "sender-0", "--yes", project=spoken)
    assert texts(store)[SHARED] == (1, 1)
    assert set(texts(store)) == set(SAID[3:])
    assert store.count("SELECT count(*) FROM resolution") == decided - 2
    assert store.count("SELECT count(*) FROM conversation") == 1


def test_it_is_in_the_audit_log_and_is_not_read_again(
    call: Call, spoken: Path, store: Store
) -> None:
    call("forget", "--sender", "sender-0", "--yes", project=spoken)
    entry = audit.entries(store)[0]
    assert (entry.action, entry.after) == ("forget", {"messages": 3, "texts": 2, "decisions": 2})
    assert "sender-0" not in entry.subject
    assert call("pull", "--json", project=spoken).data["user_turns"] == 0
    assert SECRET not in texts(store)


def test_it_says_where_else_the_words_are(call: Call, spoken: Path) -> None:
    call("apply", project=spoken)
    found = call("forget", "--sender", "sender-0", "--yes", project=spoken)
    assert "data/nlu.yml: take them out with `intent-al edit delete`" in found.out
    assert "backups" in found.out
    assert call("apply", project=spoken).code == 0


def test_nobody_is_forgotten_by_mistake(call: Call, spoken: Path, store: Store) -> None:
    before = texts(store)
    unsure = call("forget", "--sender", "sender-0", project=spoken)
    assert (unsure.code, "say --yes" in unsure.err) == (2, True)
    nobody = call("forget", "--sender", "sender", "--yes", project=spoken)
    assert (nobody.code, "nobody is known as 'sender'" in nobody.err) == (2, True)
    assert texts(store) == before
