"""Logs come in once each, masked; turns follow from all events, in whatever order they came."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from intent_al.stages.pull import PullReport, pull
from intent_al.store import Store
from intent_al.texts.masking import Masker
from tests.support.limits import HANG
from tests.support.places import ROOT

START = 1_700_000_000.0
KEY = b"k" * 32


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "state.db") as opened:
        yield opened


@pytest.fixture
def rasa(tmp_path: Path) -> Path:
    return tmp_path / "rasa_event.log"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "messages.jsonl"


def append(path: Path, *records: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def happened(kind: str, at: float, sender: str = "anna", **fields: Any) -> dict[str, Any]:
    return {"sender_id": sender, "event": kind, "timestamp": START + at, **fields}


def user(text: str, at: float, sender: str = "anna", **parsed: Any) -> dict[str, Any]:
    return happened("user", at, sender, text=text, message_id=f"{sender}-{at}", parse_data=parsed)


def spoken(text: str, at: float, sender: str, language: str, channel: str = "web") -> Any:
    """As channels of Rasa hand a language on: in the metadata."""
    return {
        **user(text, at, sender),
        "input_channel": channel,
        "metadata": {"model_id": "m", "language": language},
    }


def fetch(store: Store, rasa: Path | None = None, table: Path | None = None) -> PullReport:
    sources: dict[str, tuple[str, dict[str, Any]]] = {}
    if rasa is not None:
        sources["rasa"] = ("rasa_events", {"path": str(rasa)})
    if table is not None:
        sources["table"] = ("jsonl", {"path": str(table)})
    return pull(store, sources, Masker(KEY), bot="b")


def kinds(store: Store) -> dict[str, str]:
    """Text to kind of every turn."""
    return dict(
        store.query(
            "SELECT text, turn_kind FROM message JOIN utterance ON utterance.id = utterance"
        )
    )


def counts(store: Store, text: str) -> tuple[int, int]:
    (row,) = store.query("SELECT said, senders FROM utterance WHERE text = ?", (text,))
    return tuple(row)


def languages(store: Store) -> dict[tuple[str, str], int]:
    """How often each text was said in each language."""
    rows = store.query("SELECT text, language, said FROM utterance")
    return {(row[0], row[1]): row[2] for row in rows}


def channels(store: Store) -> list[str | None]:
    """Of every turn, in order of arrival."""
    rows = store.query(
        "SELECT channel FROM message JOIN event ON event.id = event ORDER BY message.id"
    )
    return [row[0] for row in rows]


def bodies(store: Store, kind: str) -> list[Any]:
    rows = store.query(
        "SELECT body FROM event WHERE kind = ? AND body IS NOT NULL ORDER BY id", (kind,)
    )
    return [orjson.loads(row[0]) for row in rows]


def test_what_is_pulled_twice_is_there_once(store: Store, rasa: Path, table: Path) -> None:
    append(rasa, user("hello", 1), happened("bot", 2, text="hi"), user("bye", 3))
    append(table, {"text": "good day", "conversation_id": "bob", "message_id": "1"})
    assert fetch(store, rasa, table).events == 4
    again = fetch(store, rasa, table)
    assert (again.read, again.events, again.turns) == (0, 0, 0)
    with store.write() as connection:
        connection.execute("DELETE FROM cursor")  # delivered again from the beginning
    again = fetch(store, rasa, table)
    assert (again.read, again.events, again.turns) == (4, 0, 0)
    assert store.count("SELECT count(*) FROM event") == 4
    assert kinds(store) == dict.fromkeys(("hello", "bye", "good day"), "free_text")
    assert counts(store, "hello") == (1, 1)


def test_a_message_that_two_sources_hold_is_one_turn(store: Store, rasa: Path, table: Path) -> None:
    append(rasa, user("hello", 1), user("hello", 1, "carl"))
    append(
        table,
        {"text": "hello", "conversation_id": "anna", "message_id": "anna-1", "timestamp": START},
        {"text": "hello", "conversation_id": "dora", "message_id": "1", "timestamp": START},
    )
    report = fetch(store, rasa, table)
    assert (report.events, report.turns) == (4, 3)
    assert counts(store, "hello") == (3, 3)
    assert store.count("SELECT count(*) FROM conversation") == 3


def test_sources_go_on_where_each_of_them_ended(store: Store, rasa: Path, table: Path) -> None:
    append(rasa, user("one", 1))
    append(table, {"text": "two", "conversation_id": "bob"})
    fetch(store, rasa, table)
    append(rasa, user("three", 2))
    assert fetch(store, rasa, table).read == 1
    append(table, {"text": "four", "conversation_id": "bob"})
    append(table, {"text": "five", "conversation_id": "bob"})
    assert fetch(store, rasa, table).read == 2
    assert set(kinds(store)) == {"one", "two", "three", "four", "five"}


def test_a_last_line_that_is_still_being_written_comes_with_the_next_pull(
    store: Store, rasa: Path
) -> None:
    line = json.dumps(user("slowly", 2)) + "\n"
    append(rasa, user("hello", 1))
    with rasa.open("a") as file:
        file.write(line[:30])
    fetch(store, rasa)
    assert set(kinds(store)) == {"hello"}
    with rasa.open("a") as file:
        file.write(line[30:])
    assert fetch(store, rasa).turns == 1
    assert set(kinds(store)) == {"hello", "slowly"}


def test_a_late_event_tells_what_an_earlier_turn_was(store: Store, rasa: Path) -> None:
    append(rasa, user("before", 1), user("a blue mug", 5), happened("action", 6, name="order_form"))
    fetch(store, rasa)
    assert kinds(store) == {"before": "free_text", "a blue mug": "free_text"}
    assert counts(store, "a blue mug") == (1, 1)
    append(rasa, happened("active_loop", 4, name="order_form"))
    assert fetch(store, rasa).turns == 0
    assert kinds(store) == {"before": "free_text", "a blue mug": "slot_answer"}
    assert counts(store, "a blue mug") == (0, 0)


def test_a_late_end_of_a_form_makes_an_answer_free_text_again(store: Store, rasa: Path) -> None:
    append(rasa, happened("active_loop", 1, name="order_form"), user("what is that", 5))
    fetch(store, rasa)
    assert kinds(store) == {"what is that": "slot_answer"}
    append(rasa, happened("active_loop", 4, name=None))
    fetch(store, rasa)
    assert kinds(store) == {"what is that": "free_text"}
    assert counts(store, "what is that") == (1, 1)


def test_the_action_after_an_answer_may_come_with_the_next_pull(store: Store, rasa: Path) -> None:
    append(rasa, happened("active_loop", 1, name="order_form"), user("what is that", 5))
    fetch(store, rasa)
    append(rasa, happened("action", 6, name="utter_help"))
    fetch(store, rasa)
    assert kinds(store) == {"what is that": "free_text"}
    assert counts(store, "what is that") == (1, 1)


def test_a_late_offer_tells_a_button_from_a_command(store: Store, rasa: Path) -> None:
    append(rasa, user("/order", 5, intent={"name": "order", "confidence": 1.0}))
    fetch(store, rasa)
    assert kinds(store) == {"/order": "command"}
    buttons = [{"title": "Order", "payload": "/order"}]
    append(rasa, happened("bot", 4, text="Yes?", data={"buttons": buttons}))
    fetch(store, rasa)
    assert kinds(store) == {"/order": "button"}


def test_a_turn_keeps_its_language_when_a_late_event_tells_what_it_was(
    store: Store, rasa: Path
) -> None:
    append(rasa, spoken("rot", 1, "anna", "de_DE"), spoken("rot", 5, "anna", "de_DE", "sms"))
    append(rasa, spoken("rot", 5, "bob", "en"), user("rot", 5, "carl"))
    fetch(store, rasa)
    said = {("rot", "de"): 2, ("rot", "en"): 1, ("rot", "und"): 1}
    assert languages(store) == said
    for sender in ("anna", "bob", "carl"):
        append(rasa, happened("active_loop", 4, sender, name="order_form"))
        append(rasa, happened("action", 6, sender, name="order_form"))
    fetch(store, rasa)
    assert languages(store) == {("rot", "de"): 1, ("rot", "en"): 0, ("rot", "und"): 0}
    for sender in ("anna", "bob", "carl"):
        append(rasa, happened("active_loop", 4.5, sender, name=None))
    fetch(store, rasa)
    assert languages(store) == said
    assert channels(store) == ["web", "sms", "web", None]


def test_a_turn_that_a_second_source_names_in_another_language_stays_one_turn(
    store: Store, rasa: Path, table: Path
) -> None:
    append(rasa, spoken("rot", 1, "anna", "de"))
    fetch(store, rasa)
    record = {"text": "rot", "conversation_id": "anna", "message_id": "anna-1"}
    append(table, record | {"timestamp": START + 2, "language": "en", "channel": "export"})
    report = fetch(store, rasa, table)
    assert (report.events, report.turns) == (1, 0)
    assert languages(store) == {("rot", "de"): 1}
    assert channels(store) == ["web"]


def test_a_strange_channel_or_language_is_no_error(store: Store, table: Path) -> None:
    for number, strange in enumerate(("???", "7", 7, "", None, {"a": 1}, "German", "  ", "x" * 99)):
        append(table, {"text": f"t{number}", "language": strange, "channel": strange})
    assert fetch(store, table=table).skipped_count == 0
    assert {language for _, language in languages(store)} == {"und"}
    stored = [row[0] for row in store.query("SELECT channel FROM event ORDER BY id")]
    assert stored == ["???", "7", "7", None, None, None, "German", None, "x" * 99]


def test_counts_are_those_of_all_free_text_so_far(store: Store, rasa: Path) -> None:
    append(rasa, user("hello", 1), user("hello", 2), user("hello", 3, "bob"))
    fetch(store, rasa)
    assert counts(store, "hello") == (3, 2)
    append(rasa, user("hello", 4, "carl"), user("hello", -5))
    fetch(store, rasa)
    assert counts(store, "hello") == (5, 3)
    (row,) = store.query("SELECT first_at, last_at FROM utterance")
    assert tuple(row) == (START - 5, START + 4)


def test_personal_data_is_masked_wherever_it_stands(
    store: Store, tmp_path: Path, rasa: Path, table: Path
) -> None:
    """The bytes of the database are searched, so that no column can be forgotten."""
    secrets = {
        "text": "text.anna@example.org",
        "title": "title.anna@example.org",
        "payload": "payload.anna@example.org",
        "entity": "entity.anna@example.org",
        "slot": "slot.anna@example.org",
        "nested": "nested.anna@example.org",
        "answer": "answer.anna@example.org",
        "row": "row.anna@example.org",
        "channel": "channel.anna@example.org",
        "card": "4111 1111 1111 1111",
    }
    sender = "sender.anna@example.org"
    entity = {"entity": "email", "start": 0, "end": 4, "value": secrets["entity"]}
    ranking = [{"name": "greet", "confidence": 0.9}]
    parsed = {"intent": ranking[0], "intent_ranking": ranking, "entities": [entity]}
    button = {"title": secrets["title"], "payload": f'/me{{"mail": "{secrets["payload"]}"}}'}
    nested = {"all": [{"mail": secrets["nested"]}], "phone": 491701234567}
    append(
        rasa,
        {
            **user(f"mail me: {secrets['text']}, {secrets['card']}", 1, sender, **parsed),
            "message_id": "m1",
        },
        happened("bot", 2, sender, text=f"Is {secrets['answer']} right?"),
        happened("bot", 3, sender, text="Right?", data={"buttons": [button]}),
        happened("slot", 4, sender, name="mail", value=secrets["slot"]),
        happened("slot", 5, sender, name="contact", value=nested),
    )
    record = {"text": f"to {secrets['row']}", "conversation_id": sender}
    append(table, {**record, "channel": f"mail:{secrets['channel']}"})
    report = fetch(store, rasa, table)
    assert report.masked["email"] == 9
    assert report.masked["card"] == 1
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = (tmp_path / "state.db").read_bytes()
    for name, secret in {**secrets, "sender": sender, "phone": "491701234567"}.items():
        assert secret.encode() not in stored, name
    # masked, not lost: the same shape where each of them was
    assert len(bodies(store, "user")[0]["entities"][0]["value"]) == len(secrets["entity"])
    (offered,) = (body["buttons"] for body in bodies(store, "bot"))
    assert offered[0]["payload"].startswith('/me{"mail": "')
    assert len(offered[0]["title"]) == len(secrets["title"])
    first, second = (body["value"] for body in bodies(store, "slot"))
    assert len(first) == len(secrets["slot"])
    assert len(second["all"][0]["mail"]) == len(secrets["nested"])


def test_a_sender_is_one_pseudonym_under_one_key(store: Store, rasa: Path, tmp_path: Path) -> None:
    append(rasa, user("hello", 1), user("hello", 2, "bob"), user("bye", 3))
    fetch(store, rasa)
    found = [row[0] for row in store.query("SELECT sender FROM conversation ORDER BY id")]
    assert found == [Masker(KEY).pseudonym("anna"), Masker(KEY).pseudonym("bob")]
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in found)
    with Store(tmp_path / "other.db") as other:
        source = {"rasa": ("rasa_events", {"path": str(rasa)})}
        pull(other, source, Masker(b"another key" * 3), bot="b")
        foreign = {row[0] for row in other.query("SELECT sender FROM conversation")}
    assert foreign.isdisjoint(found)


def test_lines_that_cannot_be_read_are_reported_and_passed_over(
    store: Store, rasa: Path, table: Path
) -> None:
    append(rasa, user("hello", 1))
    with rasa.open("a") as file:
        file.write("{broken\n")
    append(rasa, user("bye", 2))
    append(table, {"text": 7}, {"text": "fine", "conversation_id": "bob"}, {"speaker": "user"})
    report = fetch(store, rasa, table)
    assert set(kinds(store)) == {"hello", "bye", "fine"}
    assert (report.read, report.skipped_count) == (6, 3)
    assert [item.reason.partition(":")[0] for item in report.skipped] == [
        "line 2",
        "line 1",
        "line 3",
    ]
    assert fetch(store, rasa, table).skipped_count == 0


def test_many_broken_lines_are_counted_and_a_few_are_shown(store: Store, rasa: Path) -> None:
    rasa.write_text("{broken\n" * 500)
    report = fetch(store, rasa)
    assert report.skipped_count == 500
    assert 0 < len(report.skipped) < 50


DRIVER = """
import os, signal, sys
from intent_al.stages.pull import pull
from intent_al.store import Store
from intent_al.texts.masking import Masker

path, log, die_at = sys.argv[1], sys.argv[2], int(sys.argv[3])
steps = 0

def step():
    global steps
    steps += 1
    if steps == die_at:
        os.kill(os.getpid(), signal.SIGKILL)

with Store(__import__("pathlib").Path(path)) as store:
    store.connection.set_progress_handler(step, 500)
    settings = {"path": log, "page_size": 300}
    pull(store, {"rasa": ("rasa_events", settings)}, Masker(b"k" * 32), bot="b")
print(steps)
"""

EVERYTHING = (
    "SELECT source_id, sender, at, kind, name, origin, message_id, text, body, channel, language"
    " FROM event JOIN conversation ON conversation.id = conversation",
    "SELECT sender, message_key, event.source_id, utterance.language, utterance.text, message.at,"
    " turn_kind"
    " FROM message JOIN conversation ON conversation.id = message.conversation"
    " JOIN event ON event.id = event JOIN utterance ON utterance.id = utterance",
    "SELECT bot, language, text, said, senders, first_at, last_at FROM utterance",
    "SELECT message_key, source_id, polarity, intent FROM feedback"
    " JOIN message ON message.id = message JOIN event ON event.id = feedback.event",
    "SELECT source, position FROM cursor",
    "SELECT sender FROM conversation",
)


def traffic(path: Path, events: int) -> None:
    """Of everything some, the conversations all mixed up and a twentieth of it late."""
    rng = random.Random(5)
    offer = {"buttons": [{"title": "x", "payload": "/greet"}]}
    lines = []
    for number in range(events):
        at, sender = number - rng.choice((0,) * 19 + (400,)), f"s{rng.randrange(80)}"
        lines.append(
            rng.choice(
                [
                    spoken(f"say {rng.randrange(300)}", at, sender, rng.choice(("de", "fr-CA"))),
                    user(f"say {rng.randrange(300)}", at, sender),
                    user(f"write to a{number}@example.org", at, sender),
                    user("/greet", at, sender, intent={"name": "greet", "confidence": 1.0}),
                    happened("bot", at, sender, text="?", data=offer),
                    happened("action", at, sender, name=rng.choice(("form", "utter_x"))),
                    happened("active_loop", at, sender, name=rng.choice(("form", None))),
                    happened("session_started", at, sender),
                    happened("slot", at, sender, name="thumbs", value=rng.choice((1, -1))),
                ]
            )
        )
    append(path, *lines)


def run_driver(store: Path, log: Path, die_at: int = 0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", DRIVER, str(store), str(log), str(die_at)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=HANG,
    )


def everything(path: Path) -> list[Counter[object]]:
    connection = sqlite3.connect(path)
    try:
        return [Counter(connection.execute(query).fetchall()) for query in EVERYTHING]
    finally:
        connection.close()


@pytest.mark.slow
def test_a_killed_pull_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    """Killed in the middle of a statement: nothing, a part, or nearly all was stored by then."""
    log, alone = tmp_path / "rasa_event.log", tmp_path / "alone.db"
    traffic(log, 14_000)
    undisturbed = run_driver(alone, log)
    assert undisturbed.returncode == 0, undisturbed.stderr
    expected, steps = everything(alone), int(undisturbed.stdout)
    assert all(expected), "every table has rows to lose"
    rng = random.Random(3)
    stored = set()
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        path = tmp_path / f"{share}.db"
        die_at = int(steps * rng.uniform(share - 0.1, share + 0.1)) + 1
        assert run_driver(path, log, die_at).returncode == -signal.SIGKILL
        stored.add(sum(everything(path)[0].values()))
        assert run_driver(path, log).returncode == 0
        assert everything(path) == expected
    assert len(stored) > 2
    assert max(stored) < sum(expected[0].values())


@pytest.mark.parametrize("message_id", ["<ann@example.org>", "447700900123", "ann-1@mail"])
def test_a_message_id_that_holds_an_address_is_not_stored(tmp_path: Path, message_id: str) -> None:
    log = tmp_path / "log.jsonl"
    record = {"text": "hello", "conversation_id": "c", "message_id": message_id}
    log.write_text(json.dumps(record) + "\n", encoding="utf-8")
    with Store(tmp_path / "state.db") as store:
        for _ in range(2):
            pull(store, {"log": ("jsonl", {"path": str(log)})}, Masker(b"k" * 32), bot="b")
        assert store.count("SELECT count(*) FROM message") == 1
        stored = store.query("SELECT message_id FROM event UNION SELECT message_key FROM message")
    assert all(message_id not in str(row[0]) for row in stored)
