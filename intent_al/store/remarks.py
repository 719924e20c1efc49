"""Flags: what somebody wants looked at, with a comment."""

from __future__ import annotations

from typing import NamedTuple

from intent_al.store import audit
from intent_al.store.database import Store


class Remark(NamedTuple):
    id: int
    item: int
    reviewer: str
    text: str
    made_at: float


def add(store: Store, item: int, text: str, *, reviewer: str, now: float) -> int:
    with store.write() as connection:
        made = connection.execute(
            "INSERT INTO remark (item, reviewer, text, made_at) VALUES (?, ?, ?, ?)",
            (item, reviewer, text, now),
        )
        after: audit.State = {"remark": made.lastrowid or 0}
        audit.write(connection, now, reviewer, "flag", f"item {item}", after=after)
    return int(made.lastrowid or 0)


def settle(store: Store, item: int, *, reviewer: str, now: float) -> int:
    """Close all remarks on an item; how many there were."""
    with store.write() as connection:
        done = connection.execute(
            "UPDATE remark SET settled_at = ? WHERE item = ? AND settled_at IS NULL", (now, item)
        )
        if done.rowcount:
            audit.write(connection, now, reviewer, "settle", f"item {item}")
    return done.rowcount


def open_on(store: Store, item: int) -> list[Remark]:
    rows = store.query(
        "SELECT id, item, reviewer, text, made_at FROM remark"
        " WHERE item = ? AND settled_at IS NULL ORDER BY id",
        (item,),
    )
    return [Remark(*row) for row in rows]
