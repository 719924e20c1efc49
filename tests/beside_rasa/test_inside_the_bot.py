"""Broker and annotator in the running example bot: what they bring, and that nobody notices them.

The bot is trained with logistic regression instead of DIET, which takes half a minute instead of
five.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from intent_al import demo, steps
from intent_al.engines.rasa.install import install, plan
from intent_al.project.config import find_project
from intent_al.store import Store, queue
from intent_al.workspace import Workspace
from tests.support import rasa_bots
from tests.support.limits import HANG, until

TALK = ["hello", "where is my order", "the mug arrived in pieces :(", "thanks", "/greet", "bye"]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example bot with broker, annotator and, behind ours, a file broker of its own."""
    bot = demo.copy_bot(demo.find_example_bot(), tmp_path_factory.mktemp("inside") / "bot")
    (bot / "rasa.db").unlink()
    pipeline = rasa_bots.WORDS + rasa_bots.LOGISTIC + rasa_bots.FALLBACK
    (bot / "config.yml").write_text(f"{rasa_bots.HEAD}{pipeline}{rasa_bots.POLICIES}")
    endpoints = bot / "endpoints.yml"
    endpoints.write_text(
        endpoints.read_text() + "\nevent_broker:\n  type: file\n  path: theirs.log\n"
    )
    install(plan(find_project(bot)))
    rasa_bots.train(bot)
    return bot


@pytest.fixture(scope="module")
def talked(bot: Path) -> Iterator[tuple[Path, str]]:
    """The bot runs, its spool is known, and somebody has talked to it; its URL."""
    with rasa_bots.running(bot, "--endpoints", "endpoints.yml", ready="/status") as url:
        for text in TALK:
            assert rasa_bots.say(url, text)
        yield bot, url


def events(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def stored(bot: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(bot / "rasa.db")) as connection:
        rows = connection.execute("SELECT data FROM events ORDER BY id").fetchall()
    return [json.loads(row[0]) for row in rows]


def test_the_spool_holds_what_the_tracker_store_holds(talked: tuple[Path, str]) -> None:
    bot, _ = talked
    spool = bot / ".intent-al" / "spool" / "events.jsonl"
    wanted = stored(bot)
    until(lambda: len(events(spool)) >= len(wanted), lambda: events(spool))
    found = events(spool)
    assert [one["event"] for one in found] == [one["event"] for one in wanted]
    assert {one["sender_id"] for one in found} == {"visitor"}
    assert [one["text"] for one in found if one["event"] == "user"] == TALK
    assert found == events(bot / "theirs.log"), "the broker behind ours got the same"


def test_answers_say_how_unsure_they_are(talked: tuple[Path, str]) -> None:
    bot, url = talked
    said = {one["text"]: one["parse_data"] for one in stored(bot) if one["event"] == "user"}
    doubt = said["where is my order"]["uncertainty"]
    assert doubt.keys() == {"margin", "least_confidence", "entropy", "reason"}
    assert " between " in doubt["reason"]
    assert all(0 <= doubt[name] <= 1 for name in ("margin", "least_confidence", "entropy"))
    assert "uncertainty" not in said["/greet"], "a payload is no guess"
    parsed = rasa_bots.ask(f"{url}/model/parse", {"text": "where is my order"})
    assert parsed["uncertainty"] == doubt


def test_a_pull_from_the_spool_is_a_pull_from_the_tracker_store(
    talked: tuple[Path, str], tmp_path: Path
) -> None:
    bot, _ = talked
    pulled = {}
    for name in ("sql", "spool"):
        copy = tmp_path / name
        shutil.copytree(bot, copy, ignore=shutil.ignore_patterns("models", ".rasa", "*.db-*"))
        if name == "spool":
            document = yaml.safe_load((copy / "endpoints.yml").read_text())
            del document["tracker_store"]
            (copy / "endpoints.yml").write_text(yaml.safe_dump(document))
        with Workspace(find_project(copy)) as workspace:
            if name == "spool":
                settings = dict(workspace.settings.sources)
                settings.pop("rasa", None)
                object.__setattr__(workspace.settings, "sources", settings)
            steps.pull(workspace)
            pulled[name] = workspace.store.query(
                "SELECT text, said, senders FROM utterance ORDER BY text"
            )
            steps.pull(workspace)
            assert workspace.store.count("SELECT count(*) FROM message") == len(TALK)
    assert [tuple(row) for row in pulled["sql"]] == [tuple(row) for row in pulled["spool"]]


def test_a_conversation_reaches_the_review_queue(talked: tuple[Path, str]) -> None:
    bot, url = talked
    main = "import sys; from intent_al.cli import run; sys.exit(run(sys.argv[1:]))"
    words = ["schedule", "--intake", "5 s", "--cycle", "never", "--project", str(bot)]
    scheduler = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", main, *words], stderr=subprocess.PIPE, text=True
    )
    text = "my parrot ate the handle of the teapot"
    try:
        wait_until_asked(bot, "the mug arrived in pieces :(", scheduler)
        rasa_bots.say(url, text, sender="somebody else")
        wait_until_asked(bot, text, scheduler)
    finally:
        scheduler.send_signal(signal.SIGTERM)
        _, err = scheduler.communicate(timeout=HANG)
    assert scheduler.returncode == 0, err


def wait_until_asked(bot: Path, text: str, scheduler: subprocess.Popen[str]) -> None:
    path = find_project(bot).database

    def asked() -> set[str]:
        assert scheduler.poll() is None
        if not path.exists():
            return set()
        with closing(Store(path)) as store:
            return {item.text for item in queue.open_items(store)}

    until(lambda: text in asked(), asked)


@pytest.mark.parametrize("broken", ["a folder", "a full disk"])
def test_a_spool_that_cannot_be_written_changes_no_answer(broken: str, bot: Path) -> None:
    endpoints = bot / "endpoints.yml"
    before = endpoints.read_text()
    path = "/dev/full" if broken == "a full disk" else str(bot / "data")
    document = yaml.safe_load(before)
    document["event_broker"]["path"] = path
    endpoints.write_text(yaml.safe_dump(document))
    stored_before = len(stored(bot))
    try:
        with rasa_bots.running(bot, "--endpoints", "endpoints.yml", ready="/status") as url:
            sender = f"visitor {os.urandom(4).hex()}"
            answers = [rasa_bots.say(url, text, sender=sender) for text in TALK]
            log = bot / "server.log"
            until(lambda: "the bot goes on" in log.read_text(errors="replace"))
    finally:
        endpoints.write_text(before)
    assert all(answers)
    users = [one for one in stored(bot)[stored_before:] if one["event"] == "user"]
    assert [one["text"] for one in users] == TALK, "no turn is lost"
