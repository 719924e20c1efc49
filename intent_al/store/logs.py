"""What ``pull`` writes: events, the turns that follow from them, utterance counts and the cursor."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from intent_al.store.database import Store
from intent_al.turns import Feedback, StoredEvent, Turn, derive


class EventRow(NamedTuple):
    """One row of ``event``, masked already; ``body`` is JSON or None."""

    source_id: str
    conversation: str
    at: float | None
    kind: str
    name: str | None
    origin: str | None
    message_id: str | None
    text: str | None
    body: bytes | None


class PageCount(NamedTuple):
    """What one page added: events and turns that were not known before."""

    events: int
    turns: int


def read_cursor(store: Store, source: str) -> Mapping[str, Any] | None:
    text = store.value("SELECT position FROM cursor WHERE source = ?", (source,))
    return None if text is None else orjson.loads(str(text))


def write_page(
    store: Store,
    source: str,
    rows: Sequence[EventRow],
    position: Mapping[str, Any],
    *,
    bot: str,
    language: str,
    now: float,
) -> PageCount:
    """Store a page, the turns that follow from it and the cursor that covers it, or nothing.

    Events that are known by ``(source, source_id)`` are passed over, so a page may come twice.
    """
    with store.write() as connection:
        new = _unknown(connection, source, rows)
        connection.executemany(
            "INSERT INTO event (source, source_id, conversation, at, kind, name, origin,"
            " message_id, text, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(source, *row) for row in new],
        )
        turns = _derive_again(connection, {row.conversation for row in new}, bot, language)
        connection.execute(
            "INSERT INTO cursor (source, position, updated_at) VALUES (?, ?, ?)"
            " ON CONFLICT (source) DO UPDATE SET position = excluded.position,"
            " updated_at = excluded.updated_at",
            (source, orjson.dumps(position).decode(), now),
        )
    return PageCount(len(new), turns)


def _unknown(
    connection: sqlite3.Connection, source: str, rows: Sequence[EventRow]
) -> list[EventRow]:
    known = {
        found[0]
        for found in connection.execute(
            "SELECT source_id FROM event WHERE source = ? AND source_id IN"
            " (SELECT value FROM json_each(?))",
            (source, orjson.dumps([row.source_id for row in rows]).decode()),
        )
    }
    new = {row.source_id: row for row in rows if row.source_id not in known}
    return list(new.values())


def _derive_again(
    connection: sqlite3.Connection, conversations: set[str], bot: str, language: str
) -> int:
    """Turns and feedback of the touched conversations, from the last session that is touched."""
    added = 0
    touched: set[int] = set()
    for conversation, events in _stored_events(connection, conversations):
        turns, feedback = derive(events)
        known = {
            row[0]: row
            for row in connection.execute(
                "SELECT message_key, turn_kind, utterance, id FROM message"
                " WHERE bot = ? AND conversation = ?",
                (bot, conversation),
            )
        }
        for turn in turns:
            old = known.get(turn.key)
            if old is None:
                utterance = _utterance(connection, bot, language, turn.text)
                known[turn.key] = _insert_turn(connection, bot, conversation, turn, utterance)
                touched.add(utterance)
                added += 1
            elif old[1] != turn.kind.value:
                connection.execute(
                    "UPDATE message SET turn_kind = ? WHERE id = ?", (turn.kind.value, old[3])
                )
                touched.add(old[2])
        _insert_feedback(connection, feedback, known)
    _recount(connection, touched)
    return added


def _stored_events(
    connection: sqlite3.Connection, conversations: set[str]
) -> Iterator[tuple[str, list[StoredEvent]]]:
    rows = connection.execute(
        "SELECT conversation, id, kind, at, name, origin, message_id,"
        " CASE WHEN kind = 'user' THEN text END,"
        " CASE WHEN kind IN ('bot', 'feedback') THEN body END"
        " FROM event WHERE conversation IN (SELECT value FROM json_each(?))"
        " ORDER BY conversation, at, id",
        (orjson.dumps(sorted(conversations)).decode(),),
    )
    for conversation, group in groupby(rows, key=itemgetter(0)):
        yield conversation, [_stored_event(row) for row in group]


def _stored_event(row: sqlite3.Row) -> StoredEvent:
    body = orjson.loads(row[8]) if row[8] else {}
    return StoredEvent(
        *row[1:8],
        tuple(button["payload"] for button in body.get("buttons", ())),
        int(body.get("value", 0)),
    )


def _insert_turn(
    connection: sqlite3.Connection, bot: str, conversation: str, turn: Turn, utterance: int
) -> tuple[str, str, int, int | None]:
    made = connection.execute(
        "INSERT INTO message (bot, conversation, message_key, event, utterance, at, turn_kind)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (bot, conversation, turn.key, turn.event, utterance, turn.at, turn.kind.value),
    )
    return (turn.key, turn.kind.value, utterance, made.lastrowid)


def _utterance(connection: sqlite3.Connection, bot: str, language: str, text: str) -> int:
    key = (bot, language, text)
    found = connection.execute(
        "SELECT id FROM utterance WHERE bot = ? AND language = ? AND text = ?", key
    ).fetchone()
    if found is None:
        made = connection.execute(
            "INSERT INTO utterance (bot, language, text) VALUES (?, ?, ?)", key
        )
        return int(made.lastrowid or 0)
    return int(found[0])


def _insert_feedback(
    connection: sqlite3.Connection, feedback: Sequence[Feedback], known: Mapping[str, Any]
) -> None:
    connection.executemany(
        "INSERT INTO feedback (message, event, polarity, intent) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (event) DO UPDATE SET message = excluded.message,"
        " polarity = excluded.polarity, intent = excluded.intent",
        [
            (known[item.turn_key][3], item.event, item.polarity, item.intent)
            for item in feedback
        ],
    )


def _recount(connection: sqlite3.Connection, utterances: set[int]) -> None:
    """Counts are recomputed, never incremented, so that no order of pages can spoil them."""
    connection.executemany(
        "UPDATE utterance SET (said, senders, first_at, last_at) ="
        " (SELECT count(*), count(DISTINCT conversation), min(at), max(at) FROM message"
        "  WHERE utterance = utterance.id AND turn_kind = 'free_text') WHERE id = ?",
        [(number,) for number in sorted(utterances)],
    )
