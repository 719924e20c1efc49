"""Who works on what: an item that somebody has fetched is nobody else's while the lease lasts."""

from __future__ import annotations

from collections.abc import Sequence

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
) -> list[int]:
    """Claim up to ``count`` items that wait, in the order of the queue; their ids.

    What the reviewer has claimed already comes first, what the reviewer has skipped last.
    ``without`` are items that are in hand already.
    """
    condition, values = where(wanted or Filter())
    with store.write() as connection:
        rows = connection.execute(
            "SELECT item.id FROM open_item AS item"
            " JOIN utterance ON utterance.id = item.utterance"
            " LEFT JOIN claim ON claim.item = item.id AND claim.until > :now"
            f" WHERE {condition} AND coalesce(claim.reviewer, :reviewer) = :reviewer"
            " AND item.id NOT IN (SELECT value FROM json_each(:without))"
            " ORDER BY (SELECT max(id) FROM decision WHERE decision.item = item.id"
            "  AND decision.outcome = 'skip') NULLS FIRST,"
            " claim.until IS NULL, item.batch, item.position LIMIT :count",
            {
                **values,
                "now": now,
                "reviewer": reviewer,
                "count": count,
                "without": orjson.dumps(list(without)).decode(),
            },
        ).fetchall()
        items = [row[0] for row in rows]
        connection.executemany(
            "INSERT INTO claim (item, reviewer, until) VALUES (?, ?, ?)"
            " ON CONFLICT (item) DO UPDATE SET reviewer = excluded.reviewer,"
            " until = excluded.until",
            [(item, reviewer, now + seconds) for item in items],
        )
    return items


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


def held(store: Store, reviewer: str, *, now: float) -> list[int]:
    """What the reviewer has in hand and nobody has decided."""
    rows = store.query(
        "SELECT claim.item FROM claim JOIN open_item ON open_item.id = claim.item"
        " WHERE reviewer = ? AND until > ? ORDER BY claim.item",
        (reviewer, now),
    )
    return [row[0] for row in rows]


def holder(store: Store, item: int, *, now: float) -> str | None:
    """Who has an item in hand."""
    found = store.value("SELECT reviewer FROM claim WHERE item = ? AND until > ?", (item, now))
    return None if found is None else str(found)


def waiting(store: Store, reviewer: str, *, now: float, wanted: Filter | None = None) -> int:
    """How many items wait that nobody else has in hand."""
    condition, values = where(wanted or Filter())
    return store.count(
        "SELECT count(*) FROM open_item AS item JOIN utterance ON utterance.id = item.utterance"
        " LEFT JOIN claim ON claim.item = item.id AND claim.until > :now"
        f" WHERE {condition} AND coalesce(claim.reviewer, :reviewer) = :reviewer",
        {**values, "now": now, "reviewer": reviewer},
    )
