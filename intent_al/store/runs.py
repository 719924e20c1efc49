"""What ``apply``, ``retrain`` and ``gate`` write: changes, runs and verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from intent_al.store.database import Store


class PlannedChange(NamedTuple):
    """One decision on its way into the files; ``path`` is None where nothing has to be written."""

    decision: int
    path: str | None
    intent: str


def plan_changes(
    store: Store, apply_id: str, changes: Sequence[PlannedChange], *, now: float
) -> None:
    """Say what is about to be written, before it is."""
    with store.write() as connection:
        connection.executemany(
            "INSERT INTO change (apply_id, decision, path, intent, planned_at)"
            " VALUES (?, ?, ?, ?, ?)",
            [(apply_id, item.decision, item.path, item.intent, now) for item in changes],
        )


def confirm_changes(store: Store, *, now: float) -> int:
    """The files hold what was planned."""
    with store.write() as connection:
        done = connection.execute(
            "UPDATE change SET written_at = ? WHERE written_at IS NULL", (now,)
        )
    return done.rowcount


def drop_planned(store: Store) -> int:
    """The files hold nothing of what was planned: the decisions wait again."""
    with store.write() as connection:
        done = connection.execute("DELETE FROM change WHERE written_at IS NULL")
    return done.rowcount


def write_run(
    store: Store,
    *,
    model: str,
    examples: int,
    data_hash: str,
    settings: Mapping[str, Any],
    now: float,
) -> int:
    with store.write() as connection:
        made = connection.execute(
            "INSERT INTO run (model, examples, data_hash, settings, created_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (model, examples, data_hash, orjson.dumps(settings).decode(), now),
        )
    return int(made.lastrowid or 0)


def write_verdict(
    store: Store, *, run: int, outcome: str, figures: Mapping[str, Any], now: float
) -> int:
    with store.write() as connection:
        made = connection.execute(
            "INSERT INTO verdict (run, outcome, figures, created_at) VALUES (?, ?, ?, ?)",
            (run, outcome, orjson.dumps(figures, option=orjson.OPT_SERIALIZE_NUMPY).decode(), now),
        )
    return int(made.lastrowid or 0)


class Run(NamedTuple):
    id: int
    model: str
    examples: int
    created_at: float


def latest_run(store: Store) -> Run | None:
    rows = store.query("SELECT id, model, examples, created_at FROM run ORDER BY id DESC LIMIT 1")
    return Run(*rows[0]) if rows else None


def current_model(store: Store, candidate: str) -> str | None:
    """What ``candidate`` is compared with: the last model that passed, else the first one used."""
    passed = store.value(
        "SELECT run.model FROM verdict JOIN run ON run.id = verdict.run"
        " WHERE verdict.outcome = 'passed' AND run.model <> ? ORDER BY verdict.id DESC LIMIT 1",
        (candidate,),
    )
    first = store.value(
        "SELECT name FROM model WHERE kind = 'builtin' AND name <> ? ORDER BY id LIMIT 1",
        (candidate,),
    )
    found = passed if passed is not None else first
    return None if found is None else str(found)
