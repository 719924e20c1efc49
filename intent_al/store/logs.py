"""What ``pull`` writes: events and their cursor; ``store.turns`` writes what follows from them.

A page is written in one transaction, so the statements here are few and each works on many rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from intent_al.store import turns
from intent_al.store.database import Store


class EventRow(NamedTuple):
    """One event, masked already; ``sender`` is a keyed hash, ``body`` is JSON or None."""

    source_id: str
    sender: str
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
        first = _next_id(connection)
        new = _insert(connection, source, rows, first)
        added = turns.derive_again(connection, new, first, bot, language)
        connection.execute(
            "INSERT INTO cursor (source, position, updated_at) VALUES (?, ?, ?)"
            " ON CONFLICT (source) DO UPDATE SET position = excluded.position,"
            " updated_at = excluded.updated_at",
            (source, orjson.dumps(position).decode(), now),
        )
    return PageCount(len(new), added)


def _next_id(connection: sqlite3.Connection) -> int:
    """Ids are given out here, so that they are known without asking for each."""
    return int(connection.execute("SELECT coalesce(max(id), 0) + 1 FROM event").fetchone()[0])


def _insert(
    connection: sqlite3.Connection, source: str, rows: Sequence[EventRow], first: int
) -> list[turns.Arrived]:
    """The rows that were new, as they stand in the table."""
    ids = _conversations(connection, rows)
    numbered: list[turns.Arrived] = [
        (number, source, source_id, ids[sender], *rest)
        for number, (source_id, sender, *rest) in enumerate(rows, start=first)
    ]
    made = connection.executemany(
        "INSERT INTO event (id, source, source_id, conversation, at, kind, name, origin,"
        " message_id, text, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, source_id) DO NOTHING",
        numbered,
    )
    if made.rowcount == len(rows):
        return numbered
    there = {row[0] for row in connection.execute("SELECT id FROM event WHERE id >= ?", (first,))}
    return [row for row in numbered if row[0] in there]


def _conversations(connection: sqlite3.Connection, rows: Sequence[EventRow]) -> Mapping[str, int]:
    """Ids of the senders, in order of arrival: what is said at a time lies together on disk."""
    ids: dict[str, int] = {}
    for sender in dict.fromkeys(row.sender for row in rows):
        found = connection.execute(
            "SELECT id FROM conversation WHERE sender = ?", (sender,)
        ).fetchone()
        if found is None:
            made = connection.execute("INSERT INTO conversation (sender) VALUES (?)", (sender,))
            ids[sender] = int(made.lastrowid or 0)
        else:
            ids[sender] = found[0]
    return ids
