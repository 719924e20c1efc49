"""The tables, by numbered migrations, and who owns which.

========== ========================================= ==============================================
stage      its tables                                in words
========== ========================================= ==============================================
pull       conversation event message utterance      what did people say?
           feedback cursor
predict    model prediction                          what does each model make of it?
select     batch queue_item encoder vector           which few should a human see next, and why?
review     decision approval audit (append-only),    what is it really?
           claim remark
apply      change renamed_intent                     what went into the training data?
retrain    run                                       what would a new model know?
gate       verdict                                   may it go live?
promote    deployment                                is it live, and can we go back?
retire     retirement                                what needs no human any more?
========== ========================================= ==============================================

A text of the training data that nobody has said gets its row in ``utterance`` by ``select``, which
asks about it: the one table with two writers.

"Open", "done" and "live" are joins, never flags: see the views. A file of ``migrations/`` never
changes once it has been released; tables grow, they are not rewritten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import resources

Migration = Callable[[sqlite3.Connection], None]

OWNERS: dict[str, frozenset[str]] = {
    "pull": frozenset({"conversation", "event", "message", "utterance", "feedback", "cursor"}),
    "predict": frozenset({"model", "prediction"}),
    "select": frozenset({"batch", "queue_item", "encoder", "vector"}),
    "review": frozenset({"decision", "approval", "audit", "claim", "remark"}),
    "apply": frozenset({"change", "renamed_intent"}),
    "retrain": frozenset({"run"}),
    "gate": frozenset({"verdict"}),
    "promote": frozenset({"deployment"}),
    "retire": frozenset({"retirement"}),
}

GUESTS: dict[str, frozenset[str]] = {"select": frozenset({"utterance"})}
"""Who else may insert into a table, and nothing but insert."""

ACCOUNTS = frozenset({"user", "web_session", "api_token"})
"""Tables of the review page, which belong to no stage; what changes in them is audited."""


def _migrations() -> Iterator[Migration]:
    folder = resources.files(__package__) / "migrations"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            yield partial(_run, statements=file.read_text("utf-8").split(";\n\n"))


def _run(connection: sqlite3.Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        connection.execute(statement)


MIGRATIONS: tuple[Migration, ...] = tuple(_migrations())
"""Each brings a store from the version before it to its own, which is its number."""
