"""What ``review`` writes: decisions, append-only; taking one back appends too."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

from intent_al.errors import ConflictError, UsageError
from intent_al.records import Entity, Outcome
from intent_al.store import audit, claims
from intent_al.store.database import Store
from intent_al.store.spans import entities_of, entities_to


class Decision(NamedTuple):
    """One answer of one reviewer about one queue item."""

    item: int
    outcome: Outcome
    intent: str | None = None
    entities: tuple[Entity, ...] = ()
    entities_confirmed: bool = False
    seconds: float | None = None
    request: str | None = None
    """The sender's own id of this decision: one that arrives twice is stored once."""


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


class SecondPerson(NamedTuple):
    """Somebody beside the reviewer has to approve a decision; ``by`` is about to, of others'."""

    by: str | None = None


class Answered(NamedTuple):
    """One standing decision, as it is handed to people and other programs."""

    text: str
    outcome: Outcome
    intent: str | None
    entities: tuple[Entity, ...]
    reviewer: str
    decided_at: float
    """Seconds since 1970."""
    language: str
    channel: str | None
    """Of the message whose context was shown; None where it is unknown."""


class Alone(NamedTuple):
    """An answer is still wanted, and the reviewer has given none but ``revises``, which was shown
    beside the question. Of what several are asked about, others may have answered."""

    revises: int | None = None


def write(
    store: Store, decision: Decision, *, reviewer: str, now: float, alone: Alone | None = None
) -> int:
    """Append one decision; it is on disk when this returns. Its id, also where it was sent before.
    Nobody holds the item for it any more.

    Raises ConflictError where ``alone`` is not so.
    """
    with store.write(durable=True) as connection:
        known = connection.execute(
            "SELECT id, item, reviewer FROM decision WHERE request = ?", (decision.request,)
        ).fetchone()
        if known is not None:
            if (known[1], known[2]) != (decision.item, reviewer):
                raise UsageError(f"the request {decision.request} was another decision's")
            return int(known[0])
        if alone is not None:
            _refuse_one_too_many(connection, decision.item, reviewer, alone.revises)
        before = _standing(connection, decision.item, reviewer)
        made = connection.execute(
            "INSERT INTO decision (item, reviewer, outcome, intent, entities,"
            " entities_confirmed, decided_at, seconds, request) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                decision.item,
                reviewer,
                decision.outcome.value,
                decision.intent,
                entities_to(decision.entities),
                int(decision.entities_confirmed),
                now,
                decision.seconds,
                decision.request,
            ),
        )
        claims.drop(connection, reviewer, decision.item)
        after = _standing(connection, decision.item, reviewer)
        subject = f"item {decision.item}"
        audit.write(connection, now, reviewer, "decide", subject, before=before, after=after)
    return int(made.lastrowid or 0)


ASKED_AND_RESOLVED = (
    "SELECT max(answers), EXISTS (SELECT 1 FROM resolution WHERE resolution.utterance = ?1"
    " AND outcome <> 'skip') FROM queue_item WHERE utterance = ?1"
)
"""Of an utterance: how many people are asked, and whether that is settled."""


def _refuse_one_too_many(
    connection: sqlite3.Connection, item: int, reviewer: str, revises: int | None
) -> None:
    utterance = connection.execute(
        "SELECT utterance FROM queue_item WHERE id = ?", (item,)
    ).fetchone()[0]
    given = connection.execute(
        "SELECT id, reviewer, outcome, intent FROM answer WHERE utterance = ? AND id IS NOT ?"
        " ORDER BY id DESC",
        (utterance, revises),
    ).fetchall()
    own = next((one for one in given if one[1] == reviewer), None)
    if own is not None:
        raise _conflict(*own[1:])
    people, resolved = connection.execute(ASKED_AND_RESOLVED, (utterance,)).fetchone()
    # Whoever decided between others may think again; those others may not overrule that.
    if len(given) >= people and (resolved if revises is None else revises < given[0][0]):
        raise _conflict(*given[0][1:])


def _conflict(who: str, outcome: str, intent: str | None) -> ConflictError:
    return ConflictError(f"{who} has decided meanwhile: {intent or outcome.replace('_', ' ')}")


def _standing(connection: sqlite3.Connection, item: int, reviewer: str) -> audit.State | None:
    """What the reviewer says of the item now, as the audit log keeps it: without entity values."""
    row = connection.execute(
        "SELECT id, outcome, intent, json_array_length(entities) FROM standing_decision"
        " WHERE item = ? AND reviewer = ?",
        (item, reviewer),
    ).fetchone()
    if row is None:
        return None
    return {"decision": row[0], "outcome": row[1], "intent": row[2], "entities": row[3]}


def undo(store: Store, *, reviewer: str, now: float, item: int | None = None) -> int | None:
    """Take the reviewer's last standing decision back, or that on ``item``; its item, or None when
    there is none.

    One that is in the training data already stays there until the item is decided anew.
    """
    with store.write(durable=True) as connection:
        row = connection.execute(
            "SELECT item FROM standing_decision WHERE reviewer = ? AND item = coalesce(?, item)"
            " ORDER BY id DESC LIMIT 1",
            (reviewer, item),
        ).fetchone()
        if row is None:
            return None
        before = _standing(connection, row[0], reviewer)
        connection.execute(
            "INSERT INTO decision (item, reviewer, outcome, entities, entities_confirmed,"
            " decided_at) VALUES (?, ?, 'undone', '[]', 0, ?)",
            (row[0], reviewer, now),
        )
        audit.write(connection, now, reviewer, "undo", f"item {row[0]}", before=before)
    return int(row[0])


_COLUMNS = (
    "utterance, text, outcome, intent, entities, reviewer, entities_confirmed,"
    " (SELECT json_extract(example, '$.intent') FROM queue_item WHERE queue_item.id = {view}.item)"
)


_READY = (
    "(NOT :second OR coalesce(waiting_decision.reviewer <> :by, 0) OR waiting_decision.id IN"
    " (SELECT decision FROM standing_approval))"
)
"""Of a decision that waits: nobody has to approve it, or somebody has, or is about to."""


def _needs(second: SecondPerson | None) -> dict[str, object]:
    return {"second": second is not None, "by": None if second is None else second.by}


def approved(
    store: Store, bot: str, up_to: int | None = None, second: SecondPerson | None = None
) -> list[Approved]:
    """Decisions that are not in the files yet. The audit sample stays out of training.

    ``up_to`` leaves out those that were made after that one, ``second`` those that nobody else has
    approved.
    """
    rows = store.query(
        f"SELECT waiting_decision.id, {_COLUMNS.format(view='waiting_decision')}"
        " FROM waiting_decision JOIN utterance ON utterance.id = waiting_decision.utterance"
        " WHERE bot = :bot AND waiting_decision.id <= coalesce(:up_to, waiting_decision.id)"
        f" AND {_READY} ORDER BY waiting_decision.id",
        {"bot": bot, "up_to": up_to, **_needs(second)},
    )
    return [_approved(row) for row in rows]


def newest_waiting(store: Store, bot: str) -> int:
    """The last of the decisions that are not in the files yet; 0 where none is."""
    return store.count(
        "SELECT coalesce(max(waiting_decision.id), 0) FROM waiting_decision"
        " JOIN utterance ON utterance.id = waiting_decision.utterance WHERE bot = ?",
        (bot,),
    )


def unapproved(store: Store, bot: str, second: SecondPerson | None) -> int:
    """How many of them wait for a second person first."""
    return store.count(
        "SELECT count(*) FROM waiting_decision"
        " JOIN utterance ON utterance.id = waiting_decision.utterance"
        f" WHERE bot = :bot AND NOT {_READY}",
        {"bot": bot, **_needs(second)},
    )


def waiting(store: Store, bot: str) -> tuple[int, float | None]:
    """How many decisions are not in the files yet, and when the oldest of them was made."""
    row = store.query(
        "SELECT count(*), min(decided_at) FROM waiting_decision"
        " JOIN utterance ON utterance.id = waiting_decision.utterance WHERE bot = ?",
        (bot,),
    )[0]
    return row[0], row[1]


class Learnable(NamedTuple):
    """Decisions that a new candidate could learn from and the last one could not."""

    waiting: int
    applied: int
    newest: int
    oldest_at: float | None


def learnable(
    store: Store, bot: str, after: int, *, waiting: bool, second: SecondPerson | None = None
) -> Learnable:
    """Decisions after ``after`` that are in the files, and with ``waiting`` those that are not and
    that need no ``second`` person any more."""
    row = store.query(
        "WITH found AS ("
        f" SELECT id, decided_at, 1 AS waits, utterance FROM waiting_decision WHERE {_READY}"
        " UNION ALL SELECT decision.id, decided_at, 0, queue_item.utterance FROM change"
        " JOIN decision ON decision.id = change.decision"
        " JOIN queue_item ON queue_item.id = decision.item WHERE written_at IS NOT NULL)"
        " SELECT coalesce(sum(waits), 0), coalesce(sum(1 - waits), 0), coalesce(max(found.id), 0),"
        " min(decided_at) FROM found JOIN utterance ON utterance.id = found.utterance"
        " WHERE bot = :bot AND found.id > :after AND (waits = 0 OR :waiting)",
        {"bot": bot, "after": after, "waiting": waiting, **_needs(second)},
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
        "SELECT utterance.text, outcome, intent, entities, reviewer, decided_at,"
        " utterance.language, channel"
        " FROM standing_decision AS standing JOIN utterance ON utterance.id = standing.utterance"
        " LEFT JOIN message ON message.id = standing.message"
        " LEFT JOIN event ON event.id = message.event"
        " WHERE utterance.bot = ? ORDER BY standing.id",
        (bot,),
    )
    return [
        Answered(row[0], Outcome(row[1]), row[2], entities_of(row[3]), *row[4:]) for row in rows
    ]
