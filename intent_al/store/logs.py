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

EventRow = tuple[
    str,  # the source's own id
    str,  # keyed hash of the sender
    "float | None",  # seconds since the epoch, UTC
    str,  # kind
    "str | None",  # name
    "str | None",  # origin
    "str | None",  # message id
    "str | None",  # text, masked
    "bytes | None",  # JSON, masked
    "str | None",  # channel, masked
    "str | None",  # language, as ``texts.languages`` writes it
]
"""One event. A plain tuple: a pull makes one for every row of a log."""


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
    ``language`` is that of turns whose event names none.
    """
    with store.write() as connection:
        first = turns.next_id(connection, "event")
        newcomers = turns.next_id(connection, "conversation")
        new = _insert(connection, source, rows, first)
        added = turns.derive_again(connection, new, first, newcomers, bot, language)
        connection.execute(
            "INSERT INTO cursor (source, position, updated_at) VALUES (?, ?, ?)"
            " ON CONFLICT (source) DO UPDATE SET position = excluded.position,"
            " updated_at = excluded.updated_at",
            (source, orjson.dumps(position).decode(), now),
        )
    return PageCount(len(new), added)


def _insert(
    connection: sqlite3.Connection, source: str, rows: Sequence[EventRow], first: int
) -> list[tuple[Any, ...]]:
    """The rows that were new, all columns."""
    ids = _conversations(connection, rows)
    numbered = [
        (number, source, row[0], ids[row[1]]) + row[2:]  # noqa: RUF005 - twice as fast
        for number, row in enumerate(rows, start=first)
    ]
    made = connection.executemany(
        "INSERT INTO event (id, source, source_id, conversation, at, kind, name, origin,"
        " message_id, text, body, channel, language)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (source, source_id) DO NOTHING",
        numbered,
    )
    if made.rowcount == len(rows):
        return numbered
    there = {
        found[0] for found in connection.execute("SELECT id FROM event WHERE id >= ?", (first,))
    }
    return [row for row in numbered if row[0] in there]


def _conversations(connection: sqlite3.Connection, rows: Sequence[EventRow]) -> Mapping[str, int]:
    """Ids of the senders, in order of arrival: what is said at a time lies together on disk."""
    ids: dict[str, int] = {}
    for sender in dict.fromkeys(row[1] for row in rows):
        found = connection.execute(
            "SELECT id FROM conversation WHERE sender = ?", (sender,)
        ).fetchone()
        if found is None:
            made = connection.execute("INSERT INTO conversation (sender) VALUES (?)", (sender,))
            ids[sender] = int(made.lastrowid or 0)
        else:
            ids[sender] = found[0]
    return ids
