"""What ``apply`` writes: which decision went into which file, and what an intent is called now."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from typing import NamedTuple

import orjson

from intent_al.records import Entity
from intent_al.store.database import Store
from intent_al.store.spans import entities_of


class PlannedChange(NamedTuple):
    """One decision on its way into the files; ``path`` is None where nothing has to be written."""

    decision: int
    path: str | None
    intent: str
    action: str


class Applied(NamedTuple):
    """What the files hold of us for one utterance; ``intent`` is the one that was written."""

    decision: int
    utterance: int
    text: str
    intent: str
    entities: tuple[Entity, ...]


class Proposal(NamedTuple):
    """Changes that wait in a branch or a patch until the bot's own files hold them."""

    apply_id: str
    where: str
    decisions: int
    planned_at: float


def plan(
    store: Store,
    apply_id: str,
    changes: Sequence[PlannedChange],
    *,
    now: float,
    proposal: str | None = None,
) -> None:
    """Say what is about to be written, before it is; or, with ``proposal``, where it waits."""
    with store.write() as connection:
        connection.executemany(
            "INSERT INTO change (apply_id, decision, path, intent, action, planned_at, proposal)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (apply_id, item.decision, item.path, item.intent, item.action, now, proposal)
                for item in changes
            ],
        )


def confirm(store: Store, *, now: float) -> int:
    """The files hold what was planned."""
    with store.write() as connection:
        done = connection.execute(
            "UPDATE change SET written_at = ? WHERE written_at IS NULL AND proposal IS NULL",
            (now,),
        )
    return done.rowcount


def drop_planned(store: Store) -> int:
    """The files hold nothing of what was planned: the decisions wait again."""
    with store.write() as connection:
        done = connection.execute(
            "DELETE FROM change WHERE written_at IS NULL AND proposal IS NULL"
        )
    return done.rowcount


def forget(store: Store, apply_id: str) -> int:
    """The files hold nothing of this apply any more: its decisions wait again."""
    with store.write() as connection:
        done = connection.execute("DELETE FROM change WHERE apply_id = ?", (apply_id,))
        connection.execute("DELETE FROM renamed_intent WHERE apply_id = ?", (apply_id,))
    return done.rowcount


def decisions_of(store: Store, apply_id: str) -> int:
    """How many decisions an apply has written or proposed."""
    return store.count("SELECT count(*) FROM change WHERE apply_id = ?", (apply_id,))


def proposals(store: Store) -> list[Proposal]:
    """What waits in branches and patches, oldest first."""
    rows = store.query(
        "SELECT apply_id, proposal, count(*), min(planned_at) FROM change"
        " WHERE proposal IS NOT NULL AND written_at IS NULL GROUP BY apply_id, proposal"
        " ORDER BY min(planned_at)"
    )
    return [Proposal(*row) for row in rows]


def settle(store: Store, apply_ids: Collection[str], *, now: float) -> int:
    """Proposals that the bot's own files hold now are applied; how many decisions that were."""
    with store.write() as connection:
        done = connection.execute(
            "UPDATE change SET written_at = ? WHERE written_at IS NULL AND proposal IS NOT NULL"
            " AND apply_id IN (SELECT value FROM json_each(?))",
            (now, orjson.dumps(sorted(apply_ids)).decode()),
        )
    return done.rowcount


def applied(store: Store, bot: str) -> dict[int, Applied]:
    """By utterance, what the files hold of us."""
    rows = store.query(
        "SELECT applied_change.decision, applied_change.utterance, text, applied_change.intent,"
        " entities FROM applied_change JOIN decision ON decision.id = applied_change.decision"
        " JOIN utterance ON utterance.id = applied_change.utterance WHERE bot = ?",
        (bot,),
    )
    return {row[1]: Applied(row[0], row[1], row[2], row[3], entities_of(row[4])) for row in rows}


def rename(store: Store, apply_id: str, old: str, new: str, *, now: float) -> None:
    with store.write() as connection:
        connection.execute(
            "INSERT INTO renamed_intent (apply_id, old, new, renamed_at) VALUES (?, ?, ?, ?)",
            (apply_id, old, new, now),
        )


def renames(store: Store) -> list[tuple[str, str]]:
    """(old, new) names, in the order in which they were changed."""
    return [(row[0], row[1]) for row in store.query("SELECT old, new FROM renamed_intent")]


def name_now(intent: str, renames: Sequence[tuple[str, str]], known: Container[str]) -> str:
    """What an intent is called now; one of ``known``, which are in use, means what it says."""
    for old, new in renames:
        if intent not in known and (intent == old or intent.startswith(f"{old}/")):
            intent = new + intent[len(old) :]
    return intent
