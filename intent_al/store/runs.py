"""What ``retrain`` and ``gate`` write: runs and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from intent_al.store.database import Store


def write_run(
    store: Store,
    *,
    model: str,
    examples: int,
    data_hash: str,
    settings: Mapping[str, Any],
    now: float,
    engine: str = "builtin",
    recipe: str | None = None,
    archive: str | None = None,
    decision: int | None = None,
) -> int:
    """A candidate: see the columns of ``run`` in the schema."""
    with store.write() as connection:
        made = connection.execute(
            "INSERT INTO run (model, examples, data_hash, settings, created_at, engine, recipe,"
            " archive, decision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                model,
                examples,
                data_hash,
                orjson.dumps(settings).decode(),
                now,
                engine,
                recipe,
                archive,
                decision,
            ),
        )
    return int(made.lastrowid or 0)


def write_verdict(
    store: Store,
    *,
    run: int,
    outcome: str,
    figures: Mapping[str, Any],
    now: float,
    against: str | None = None,
    asked: str | None = None,
) -> int:
    """``against`` is the model that it was compared with, ``asked`` a hash of the questions."""
    written = orjson.dumps(figures, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    with store.write() as connection:
        made = connection.execute(
            "INSERT INTO verdict (run, outcome, figures, created_at, against, asked)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (run, outcome, written, now, against, asked),
        )
    return int(made.lastrowid or 0)


class Run(NamedTuple):
    """``outcome`` is that of its last verdict, None before the first."""

    id: int
    model: str
    examples: int
    created_at: float
    data_hash: str
    engine: str
    recipe: str | None
    archive: str | None
    decision: int | None
    outcome: str | None


_RUN = (
    "SELECT id, model, examples, created_at, data_hash, engine, recipe, archive, decision,"
    " (SELECT outcome FROM verdict WHERE verdict.run = run.id ORDER BY verdict.id DESC LIMIT 1)"
    " FROM run"
)


def latest_run(store: Store, engine: str | None = None) -> Run | None:
    """The newest candidate, of any engine or of one."""
    rows = store.query(
        f"{_RUN} WHERE engine = coalesce(?, engine) ORDER BY id DESC LIMIT 1", (engine,)
    )
    return Run(*rows[0]) if rows else None


def run_of(store: Store, number: int) -> Run:
    """The candidate with that number, which exists."""
    return Run(*store.query(f"{_RUN} WHERE id = ?", (number,))[0])


def same_recipe(store: Store, engine: str, recipe: str) -> Run | None:
    """The newest candidate that was made of the very same things."""
    rows = store.query(
        f"{_RUN} WHERE engine = ? AND recipe = ? ORDER BY id DESC LIMIT 1", (engine, recipe)
    )
    return Run(*rows[0]) if rows else None


def current_model(store: Store, candidate: str) -> str | None:
    """What a built-in ``candidate`` is compared with: the last one that passed, else the first one
    used."""
    passed = store.value(
        "SELECT run.model FROM verdict JOIN run ON run.id = verdict.run"
        " WHERE verdict.outcome = 'passed' AND run.model <> ? AND run.engine = 'builtin'"
        " ORDER BY verdict.id DESC LIMIT 1",
        (candidate,),
    )
    first = store.value(
        "SELECT name FROM model WHERE kind = 'builtin' AND name <> ? ORDER BY id LIMIT 1",
        (candidate,),
    )
    found = passed if passed is not None else first
    return None if found is None else str(found)


class Passed(NamedTuple):
    """The last verdict that let a candidate through: what it had learned from, and when."""

    data_hash: str
    at: float


def last_passed(store: Store) -> Passed | None:
    rows = store.query(
        "SELECT run.data_hash, verdict.created_at FROM verdict JOIN run ON run.id = verdict.run"
        " WHERE verdict.outcome = 'passed' ORDER BY verdict.id DESC LIMIT 1"
    )
    return Passed(*rows[0]) if rows else None
