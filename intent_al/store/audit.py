"""The log of every change that a person makes: who, when, before and after. Append-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

import orjson

from intent_al.store.database import Store

State = Mapping[str, "str | int | float | list[str] | None"]


class AuditEntry(NamedTuple):
    """One change. ``subject`` is a kind and an id (``item 12``); states hold no texts."""

    id: int
    at: float
    who: str
    action: str
    subject: str
    before: State | None
    after: State | None


def write(
    connection: sqlite3.Connection,
    now: float,
    who: str,
    action: str,
    subject: str,
    *,
    before: State | None = None,
    after: State | None = None,
) -> None:
    """Within the transaction of the change itself, so that neither is there without the other."""
    connection.execute(
        "INSERT INTO audit (at, who, action, subject, before, after) VALUES (?, ?, ?, ?, ?, ?)",
        (now, who, action, subject, _text(before), _text(after)),
    )


def record(
    store: Store, now: float, who: str, action: str, subject: str, after: State | None = None
) -> None:
    """Of a change that is no change of the store, such as one of the bot's files."""
    with store.write() as connection:
        write(connection, now, who, action, subject, after=after)


def entries(store: Store, *, before: int | None = None, limit: int = 100) -> list[AuditEntry]:
    """The newest first; ``before`` an id goes on where a page ended."""
    rows = store.query(
        "SELECT id, at, who, action, subject, before, after FROM audit"
        " WHERE id < coalesce(?, id + 1) ORDER BY id DESC LIMIT ?",
        (before, limit),
    )
    return [AuditEntry._make((*row[:5], _state(row[5]), _state(row[6]))) for row in rows]


def _text(state: State | None) -> str | None:
    return None if state is None else orjson.dumps(state).decode()


def _state(text: str | None) -> State | None:
    if text is None:
        return None
    found: State = orjson.loads(text)
    return found
