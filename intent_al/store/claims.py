"""Who works on what: an item that somebody has fetched is nobody else's while the lease lasts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

import orjson

from intent_al.store.database import Store
from intent_al.store.listing import Filter, where


def take(
    store: Store,
    reviewer: str,
    count: int,
    *,
    now: float,
    seconds: float,
    wanted: Filter | None = None,
    without: Sequence[int] = (),
    start: int = 0,
) -> list[int]:
    """Claim up to ``count`` items that wait, in the order of the queue; their ids.

    What somebody has skipped comes last. Before ``start`` hardly any waits: it is looked at last.
    ``without`` are items that are in hand already.
    """
    found: list[int] = []
    own = replace(wanted or Filter(), for_reviewer=reviewer)
    # First those that nobody has skipped: their order is that of their ids, so few rows are read.
    for skipped, first in ((False, start), (False, 0), (True, 0)):
        ids = _free(store, reviewer, own, [*without, *found], now, first, skipped=skipped)
        found += _claimed(store, reviewer, ids, count - len(found), now, now + seconds)
        if len(found) == count:
            break
    return found


_SPARE = 40
"""Items looked at beside those that are wanted: others may take some of them first."""


def _free(
    store: Store,
    reviewer: str,
    wanted: Filter,
    without: Sequence[int],
    now: float,
    start: int,
    *,
    skipped: bool,
) -> list[int]:
    """Read without a lock: a write would make everybody wait for it."""
    condition, values = where(wanted)
    skips = "SELECT max(id) FROM decision WHERE decision.item = item.id AND outcome = 'skip'"
    order = f"({skips}), item.id" if skipped else "item.id"
    rows = store.query(
        "SELECT item.id FROM open_item AS item JOIN utterance ON utterance.id = item.utterance"
        " LEFT JOIN claim ON claim.item = item.id AND claim.until > :now"
        f" WHERE {condition} AND coalesce(claim.reviewer, :reviewer) = :reviewer"
        f" AND item.id >= :start AND ({skips}) IS {'NOT' if skipped else ''} NULL"
        " AND item.id NOT IN (SELECT value FROM json_each(:without))"
        f" ORDER BY {order} LIMIT :limit",
        {
            **values,
            "now": now,
            "reviewer": reviewer,
            "start": start,
            "limit": _SPARE,
            "without": orjson.dumps(list(without)).decode(),
        },
    )
    return [row[0] for row in rows]


def _claimed(
    store: Store, reviewer: str, ids: Sequence[int], count: int, now: float, until: float
) -> list[int]:
    """Of the items the first ``count`` that still wait and that nobody else has taken meanwhile."""
    if not ids or count <= 0:
        return []
    found: list[int] = []
    with store.write() as connection:
        for item in ids:
            done = connection.execute(
                "INSERT INTO claim (item, reviewer, until)"
                " SELECT id, ?, ? FROM open_item WHERE id = ?"
                " ON CONFLICT (item) DO UPDATE SET reviewer = excluded.reviewer,"
                " until = excluded.until WHERE reviewer = excluded.reviewer OR until <= ?",
                (reviewer, until, item, now),
            )
            if done.rowcount:
                found.append(item)
            if len(found) == count:
                break
    return found


def take_one(store: Store, reviewer: str, item: int, *, now: float, seconds: float) -> str | None:
    """Claim one item; who has it instead, where that is another person."""
    with store.write() as connection:
        connection.execute(
            "INSERT INTO claim (item, reviewer, until) VALUES (?, ?, ?)"
            " ON CONFLICT (item) DO UPDATE SET reviewer = excluded.reviewer,"
            " until = excluded.until WHERE reviewer = excluded.reviewer OR until <= ?",
            (item, reviewer, now + seconds, now),
        )
        holder = connection.execute(
            "SELECT reviewer FROM claim WHERE item = ?", (item,)
        ).fetchone()[0]
    return None if holder == reviewer else str(holder)


def renew(store: Store, reviewer: str, items: Sequence[int], *, now: float, seconds: float) -> int:
    """Hold what is held for longer; how many of the items that were."""
    with store.write() as connection:
        done = connection.execute(
            "UPDATE claim SET until = ? WHERE reviewer = ?"
            " AND item IN (SELECT value FROM json_each(?))",
            (now + seconds, reviewer, orjson.dumps(list(items)).decode()),
        )
    return done.rowcount


def release(store: Store, reviewer: str, items: Sequence[int] | None = None) -> int:
    """Give items back, or all that the reviewer holds."""
    chosen = None if items is None else orjson.dumps(list(items)).decode()
    with store.write() as connection:
        done = connection.execute(
            "DELETE FROM claim WHERE reviewer = ?"
            " AND (? IS NULL OR item IN (SELECT value FROM json_each(?)))",
            (reviewer, chosen, chosen),
        )
    return done.rowcount


def drop(connection: sqlite3.Connection, reviewer: str, item: int) -> None:
    """Give one item back, in the transaction of what was done with it."""
    connection.execute("DELETE FROM claim WHERE reviewer = ? AND item = ?", (reviewer, item))


def held(store: Store, reviewer: str, *, now: float) -> list[int]:
    """What the reviewer has in hand and nobody has decided."""
    rows = store.query(
        "SELECT claim.item FROM claim JOIN open_item ON open_item.id = claim.item"
        " WHERE reviewer = ? AND until > ? ORDER BY claim.item",
        (reviewer, now),
    )
    return [row[0] for row in rows]


def first_open(store: Store) -> int:
    """The id of the first item that waits; 0 where none does."""
    return store.count("SELECT coalesce(min(id), 0) FROM open_item")


def holder(store: Store, item: int, *, now: float) -> str | None:
    """Who has an item in hand."""
    found = store.value("SELECT reviewer FROM claim WHERE item = ? AND until > ?", (item, now))
    return None if found is None else str(found)


def waiting(store: Store, reviewer: str, *, now: float, wanted: Filter | None = None) -> int:
    """How many items wait for the reviewer: nobody else has them in hand."""
    condition, values = where(replace(wanted or Filter(), for_reviewer=reviewer))
    return store.count(
        "SELECT count(*) FROM open_item AS item JOIN utterance ON utterance.id = item.utterance"
        " LEFT JOIN claim ON claim.item = item.id AND claim.until > :now"
        f" WHERE {condition} AND coalesce(claim.reviewer, :reviewer) = :reviewer",
        {**values, "now": now, "reviewer": reviewer},
    )
