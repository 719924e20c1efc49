"""What ``promote`` writes: which model went live when, and what it replaced."""

from __future__ import annotations

from typing import NamedTuple

from intent_al.store.database import Store

PROMOTE, ROLLBACK = "promote", "rollback"


class Deployment(NamedTuple):
    """``archive`` and ``replaced`` are names in the bot's folder of models, None without a file."""

    id: int
    action: str
    run: int | None
    model: str
    archive: str | None
    replaced: str | None
    server: str | None
    deployed_at: float


_COLUMNS = "id, action, run, model, archive, replaced, server, deployed_at"


def write(
    store: Store,
    *,
    action: str,
    run: int | None,
    model: str,
    archive: str | None,
    replaced: str | None,
    server: str | None,
    now: float,
) -> int:
    with store.write() as connection:
        made = connection.execute(
            "INSERT INTO deployment (action, run, model, archive, replaced, server, deployed_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (action, run, model, archive, replaced, server, now),
        )
    return int(made.lastrowid or 0)


def latest(store: Store) -> Deployment | None:
    """What went live last."""
    rows = store.query(f"SELECT {_COLUMNS} FROM deployment ORDER BY id DESC LIMIT 1")
    return Deployment(*rows[0]) if rows else None


def of_run(store: Store, run: int) -> Deployment | None:
    rows = store.query(
        f"SELECT {_COLUMNS} FROM deployment WHERE run = ? AND action = ? ORDER BY id DESC LIMIT 1",
        (run, PROMOTE),
    )
    return Deployment(*rows[0]) if rows else None


def promotion_of(store: Store, archive: str) -> Deployment | None:
    """How an archive came to be live first."""
    rows = store.query(
        f"SELECT {_COLUMNS} FROM deployment WHERE archive = ? AND action = ? ORDER BY id LIMIT 1",
        (archive, PROMOTE),
    )
    return Deployment(*rows[0]) if rows else None


def promoted(store: Store) -> list[Deployment]:
    """Every promotion, oldest first."""
    rows = store.query(
        f"SELECT {_COLUMNS} FROM deployment WHERE action = ? ORDER BY id", (PROMOTE,)
    )
    return [Deployment(*row) for row in rows]
