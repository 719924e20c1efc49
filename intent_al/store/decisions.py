"""What ``review`` writes: decisions, append-only; taking one back appends too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from intent_al.records import Entity, Outcome
from intent_al.store.database import Store


class Decision(NamedTuple):
    """One answer of one reviewer about one queue item."""

    item: int
    outcome: Outcome
    intent: str | None = None
    entities: tuple[Entity, ...] = ()
    entities_confirmed: bool = False
    seconds: float | None = None


class Approved(NamedTuple):
    """A resolved decision that wants to become training data, or to be taken out of it."""

    id: int
    utterance: int
    text: str
    outcome: Outcome
    intent: str | None
    entities: tuple[Entity, ...]
    reviewer: str
    entities_confirmed: bool
    stands_as: str | None = None
    """The intent that it had in the training data, where the question was about that."""


class Answered(NamedTuple):
    """One standing decision, as it is handed to people and other programs."""

    text: str
    outcome: Outcome
    intent: str | None
    entities: tuple[Entity, ...]
    reviewer: str
    decided_at: float
    """Seconds since 1970."""


def write(store: Store, decision: Decision, *, reviewer: str, now: float) -> int:
    """Append one decision; it is on disk when this returns."""
    with store.write() as connection:
        made = connection.execute(
            "INSERT INTO decision (item, reviewer, outcome, intent, entities,"
            " entities_confirmed, decided_at, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                decision.item,
                reviewer,
                decision.outcome.value,
                decision.intent,
                orjson.dumps(decision.entities).decode(),
                int(decision.entities_confirmed),
                now,
                decision.seconds,
            ),
        )
    return int(made.lastrowid or 0)


def undo(store: Store, *, reviewer: str, now: float) -> int | None:
    """Take the reviewer's last standing decision back; its item, or None when there is none.

    One that is in the training data already stays there until the item is decided anew.
    """
    with store.write() as connection:
        row = connection.execute(
            "SELECT item FROM standing_decision WHERE reviewer = ? ORDER BY id DESC LIMIT 1",
            (reviewer,),
        ).fetchone()
        if row is None:
            return None
        connection.execute(
            "INSERT INTO decision (item, reviewer, outcome, entities, entities_confirmed,"
            " decided_at) VALUES (?, ?, 'undone', '[]', 0, ?)",
            (row[0], reviewer, now),
        )
    return int(row[0])


_COLUMNS = (
    "utterance, text, outcome, intent, entities, reviewer, entities_confirmed,"
    " (SELECT json_extract(example, '$.intent') FROM queue_item WHERE queue_item.id = {view}.item)"
)


def approved(store: Store, bot: str, up_to: int | None = None) -> list[Approved]:
    """Decisions that are not in the files yet. The audit sample stays out of training.

    ``up_to`` leaves out those that were made after that one.
    """
    rows = store.query(
        f"SELECT waiting_decision.id, {_COLUMNS.format(view='waiting_decision')}"
        " FROM waiting_decision JOIN utterance ON utterance.id = waiting_decision.utterance"
        " WHERE bot = ? AND waiting_decision.id <= coalesce(?, waiting_decision.id)"
        " ORDER BY waiting_decision.id",
        (bot, up_to),
    )
    return [_approved(row) for row in rows]


class Learnable(NamedTuple):
    """Decisions that a new candidate could learn from and the last one could not."""

    waiting: int
    applied: int
    newest: int
    oldest_at: float | None


def learnable(store: Store, bot: str, after: int, *, waiting: bool) -> Learnable:
    """Decisions after ``after`` that are in the files, and with ``waiting`` those that are not."""
    row = store.query(
        "WITH found AS ("
        " SELECT id, decided_at, 1 AS waits, utterance FROM waiting_decision"
        " UNION ALL SELECT decision.id, decided_at, 0, queue_item.utterance FROM change"
        " JOIN decision ON decision.id = change.decision"
        " JOIN queue_item ON queue_item.id = decision.item WHERE written_at IS NOT NULL)"
        " SELECT coalesce(sum(waits), 0), coalesce(sum(1 - waits), 0), coalesce(max(found.id), 0),"
        " min(decided_at) FROM found JOIN utterance ON utterance.id = found.utterance"
        " WHERE bot = ? AND found.id > ? AND (waits = 0 OR ?)",
        (bot, after, waiting),
    )[0]
    return Learnable(*row)


def audit_answers(store: Store, bot: str) -> list[Approved]:
    """What reviewers said of the audit sample: real traffic to judge a candidate by.

    One row a drawn message, so that an utterance counts as often as it was drawn.
    """
    rows = store.query(
        f"SELECT resolution.id, resolution.{_COLUMNS.format(view='resolution')}"
        " FROM queue_item JOIN resolution ON resolution.utterance = queue_item.utterance"
        " JOIN utterance ON utterance.id = resolution.utterance"
        " WHERE queue_item.quota = 'audit' AND bot = ? AND outcome IN ('labelled', 'out_of_scope')"
        " ORDER BY queue_item.id",
        (bot,),
    )
    return [_approved(row) for row in rows]


def _approved(row: Sequence[Any]) -> Approved:
    return Approved(
        row[0],
        row[1],
        row[2],
        Outcome(row[3]),
        row[4],
        entities_of(row[5]),
        row[6],
        bool(row[7]),
        row[8],
    )


def answered(store: Store, bot: str) -> list[Answered]:
    """The last word of each reviewer on each item, oldest first; what was undone is not in it."""
    rows = store.query(
        "SELECT text, outcome, intent, entities, reviewer, decided_at"
        " FROM standing_decision AS standing JOIN utterance ON utterance.id = standing.utterance"
        " WHERE bot = ? ORDER BY standing.id",
        (bot,),
    )
    return [
        Answered(row[0], Outcome(row[1]), row[2], entities_of(row[3]), row[4], row[5])
        for row in rows
    ]


def entities_of(text: str) -> tuple[Entity, ...]:
    items: Sequence[dict[str, Any]] = orjson.loads(text)
    return tuple(Entity(**item) for item in items)
