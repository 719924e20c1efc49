"""The queue as a list: filtered, sorted, page by page.

Names of filters and sorts are fixed here; what a person typed only ever arrives as a bound value.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from intent_al.store.database import Store
from intent_al.store.queue import NOT_ANSWERED

STATES = {
    "open": "item.id IN (SELECT id FROM open_item)",
    "decided": "EXISTS (SELECT 1 FROM resolution WHERE resolution.utterance = item.utterance"
    " AND outcome <> 'skip')",
    "skipped": "EXISTS (SELECT 1 FROM resolution WHERE resolution.utterance = item.utterance"
    " AND outcome = 'skip')",
    "disagreed": "item.answers > 1 AND item.id IN (SELECT id FROM open_item) AND item.answers <="
    " (SELECT count(*) FROM answer WHERE answer.utterance = item.utterance)",
    "flagged": "EXISTS (SELECT 1 FROM remark WHERE remark.item = item.id AND settled_at IS NULL)",
    "all": "1",
}
SORTS = {
    "queue": "item.batch, item.position",
    "newest": "utterance.last_at DESC, item.id",
    "said": "utterance.said DESC, item.id",
    "score": "item.score DESC, item.id",
    "text": "utterance.text, item.id",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the queue; an empty one is all of it. ``said_after`` and ``said_before`` in seconds
    since the epoch; ``source`` and ``channel`` are those of the message whose context is shown;
    ``who`` has decided it or holds it; ``text`` is a part of the utterance."""

    intent: str = ""
    second: str = ""
    quota: str = ""
    score: float | None = None
    said_after: float | None = None
    said_before: float | None = None
    source: str = ""
    channel: str = ""
    language: str = ""
    who: str = ""
    text: str = ""
    ids: tuple[int, ...] = ()
    for_reviewer: str = ""
    """Leaves out what they have answered and others are still asked about."""


class Waiting(NamedTuple):
    """A text that waits, with the two intents that the model finds likeliest."""

    id: int
    text: str
    likeliest: str | None
    second: str | None


class Row(NamedTuple):
    id: int
    utterance: int
    text: str
    said: int
    senders: int
    last_at: float | None
    language: str
    channel: str | None
    quota: str
    score: float
    reason: str
    likeliest: str | None
    second: str | None
    outcome: str | None
    decided_as: str | None
    decided_by: str | None
    claimed_by: str | None
    remarks: int


_OF_MESSAGE = (
    "(SELECT event.{} FROM message JOIN event ON event.id = message.event"
    " WHERE message.id = item.message)"
)


def where(wanted: Filter) -> tuple[str, dict[str, object]]:
    """A condition over ``queue_item AS item`` and ``utterance``, and what is bound in it."""
    conditions, values = ["1"], dict[str, object]()

    def add(condition: str, **bound: object) -> None:
        conditions.append(condition)
        values.update(bound)

    if wanted.intent:
        add("item.likeliest = :intent", intent=wanted.intent)
    if wanted.second:
        add("item.second = :second", second=wanted.second)
    if wanted.quota:
        add("item.quota = :quota", quota=wanted.quota)
    if wanted.score is not None:
        add("item.score >= :score", score=wanted.score)
    if wanted.said_after is not None:
        add("utterance.last_at >= :after", after=wanted.said_after)
    if wanted.said_before is not None:
        add("utterance.last_at < :before", before=wanted.said_before)
    if wanted.source:
        add(f"{_OF_MESSAGE.format('source')} = :source", source=wanted.source)
    if wanted.channel:
        add(f"{_OF_MESSAGE.format('channel')} = :channel", channel=wanted.channel)
    if wanted.language:
        add("utterance.language = :language", language=wanted.language)
    if wanted.who:
        add(
            "(EXISTS (SELECT 1 FROM standing_decision AS by WHERE by.item = item.id"
            " AND by.reviewer = :who) OR EXISTS (SELECT 1 FROM claim AS held"
            " WHERE held.item = item.id AND held.reviewer = :who))",
            who=wanted.who,
        )
    if wanted.for_reviewer:
        add(NOT_ANSWERED.format(reviewer=":for_reviewer"), for_reviewer=wanted.for_reviewer)
    if wanted.ids:
        add(
            "item.id IN (SELECT value FROM json_each(:ids))",
            ids=orjson.dumps(list(wanted.ids)).decode(),
        )
    if wanted.text:
        escaped = wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        add("utterance.text LIKE :text ESCAPE '\\'", text=f"%{escaped}%")
    return " AND ".join(conditions), values


def count(store: Store, wanted: Filter, state: str) -> int:
    condition, values = where(wanted)
    return store.count(
        "SELECT count(*) FROM queue_item AS item JOIN utterance ON utterance.id = item.utterance"
        f" WHERE {condition} AND {STATES[state]}",
        values,
    )


def page(
    store: Store,
    wanted: Filter,
    state: str,
    sort: str,
    *,
    now: float,
    limit: int = 50,
    offset: int = 0,
) -> list[Row]:
    """Raises KeyError for a state or a sort that there is not."""
    condition, values = where(wanted)
    rows = store.query(
        "SELECT item.id, item.utterance, utterance.text, said, senders, last_at, language,"
        f" {_OF_MESSAGE.format('channel')}, item.quota, item.score, item.reason,"
        " item.likeliest, item.second,"
        " resolution.outcome, resolution.intent, resolution.reviewer, claim.reviewer,"
        " (SELECT count(*) FROM remark WHERE remark.item = item.id AND settled_at IS NULL)"
        " FROM (SELECT item.* FROM queue_item AS item"
        "  JOIN utterance ON utterance.id = item.utterance"
        f"  WHERE {condition} AND {STATES[state]} ORDER BY {SORTS[sort]}"
        "  LIMIT :limit OFFSET :offset) AS item"
        " JOIN utterance ON utterance.id = item.utterance"
        " LEFT JOIN resolution ON resolution.utterance = item.utterance"
        " LEFT JOIN claim ON claim.item = item.id AND claim.until > :now"
        f" ORDER BY {SORTS[sort]}",
        {**values, "limit": limit, "offset": offset, "now": now},
    )
    return [Row(*row) for row in rows]


class Choices(NamedTuple):
    """What a filter can be set to, as it occurs in the queue."""

    intents: tuple[str, ...]
    seconds: tuple[str, ...]
    quotas: tuple[str, ...]
    sources: tuple[str, ...]
    channels: tuple[str, ...]
    languages: tuple[str, ...]
    people: tuple[str, ...]


def choices(store: Store) -> Choices:
    def column(sql: str) -> tuple[str, ...]:
        rows: list[sqlite3.Row] = store.query(sql)
        return tuple(row[0] for row in rows)

    return Choices(
        column("SELECT DISTINCT likeliest FROM queue_item WHERE likeliest IS NOT NULL ORDER BY 1"),
        column("SELECT DISTINCT second FROM queue_item WHERE second IS NOT NULL ORDER BY 1"),
        column("SELECT DISTINCT quota FROM queue_item ORDER BY 1"),
        column("SELECT source FROM cursor ORDER BY 1"),
        column(
            "SELECT DISTINCT channel FROM queue_item JOIN message ON message.id = message"
            " JOIN event ON event.id = event WHERE channel IS NOT NULL ORDER BY 1"
        ),
        column(
            "SELECT DISTINCT language FROM utterance WHERE id IN"
            " (SELECT utterance FROM queue_item) ORDER BY 1"
        ),
        column("SELECT DISTINCT reviewer FROM decision ORDER BY 1"),
    )


def waiting(store: Store, limit: int) -> list[Waiting]:
    """The oldest batch first."""
    rows = store.query(
        "SELECT item.id, text, likeliest, second FROM open_item AS item"
        " JOIN utterance ON utterance.id = item.utterance"
        " ORDER BY item.batch, item.position LIMIT ?",
        (limit,),
    )
    return [Waiting._make(row) for row in rows]


def likeliest(store: Store, item: int) -> tuple[str | None, str | None]:
    """The two intents that the model finds likeliest for an item, whether it waits or not."""
    rows = store.query("SELECT likeliest, second FROM queue_item WHERE id = ?", (item,))
    return (rows[0][0], rows[0][1]) if rows else (None, None)
