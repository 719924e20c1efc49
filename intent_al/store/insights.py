"""What happened in a stretch of time: messages and events, as ``insights`` reads them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

import orjson

from intent_al.store.database import Store


class SaidMessage(NamedTuple):
    """One free-text message: which utterance, in which conversation, when (0 where unknown)."""

    utterance: int
    conversation: int
    at: float


class Happened(NamedTuple):
    """One event of a conversation; ``denied``: a user said that the bot was wrong about it."""

    conversation: int
    at: float
    kind: str
    name: str | None
    text: str | None
    fallback: bool
    denied: bool


def newest(store: Store, bot: str) -> float | None:
    """When the last message was said."""
    found = store.value("SELECT max(at) FROM message WHERE bot = ?", (bot,))
    return float(found) if isinstance(found, (int, float)) else None


def said(store: Store, bot: str, since: float) -> list[SaidMessage]:
    """Free-text messages since a time, in order of arrival."""
    rows = store.query(
        "SELECT utterance, conversation, coalesce(at, 0) FROM message"
        " WHERE bot = ? AND turn_kind = 'free_text' AND coalesce(at, 0) >= ? ORDER BY id",
        (bot, since),
    )
    return [SaidMessage(*row) for row in rows]


def texts(store: Store, utterances: Sequence[int]) -> dict[int, str]:
    rows = store.query(
        "SELECT id, text FROM utterance WHERE id IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(utterances)).decode(),),
    )
    return {row[0]: row[1] for row in rows}


def decided(store: Store) -> set[int]:
    """Utterances that somebody has settled, in whatever way."""
    rows = store.query("SELECT utterance FROM resolution WHERE outcome <> 'skip'")
    return {row[0] for row in rows}


def happened(store: Store, bot: str, since: float) -> list[Happened]:
    """User turns, answers and actions since a time, conversation by conversation, in order."""
    rows = store.query(
        "SELECT event.conversation, coalesce(event.at, 0), event.kind, event.name, event.text,"
        " CASE WHEN event.kind = 'user' THEN event.body END,"
        " EXISTS (SELECT 1 FROM message JOIN feedback ON feedback.message = message.id"
        "  WHERE message.event = event.id AND polarity < 0)"
        " FROM event WHERE event.kind IN ('user', 'bot', 'action') AND coalesce(event.at, 0) >= ?"
        " AND event.conversation IN (SELECT conversation FROM message WHERE bot = ?)"
        " ORDER BY event.conversation, event.at, event.id",
        (since, bot),
    )
    return [
        Happened(row[0], row[1], row[2], row[3], row[4], _fell_back(row[5]), bool(row[6]))
        for row in rows
    ]


def _fell_back(body: str | bytes | None) -> bool:
    return body is not None and bool(orjson.loads(body).get("fallback"))


def models_of_kind(store: Store, model: str) -> list[str]:
    """All models of the kind of ``model``, the one used last first."""
    rows = store.query(
        "SELECT name FROM model WHERE kind = (SELECT kind FROM model WHERE name = ?)"
        " ORDER BY used_at DESC, id DESC",
        (model,),
    )
    return [row[0] for row in rows]


def median_seconds(store: Store, bot: str) -> float | None:
    """That people looked at an utterance before they decided; None where nobody was timed."""
    rows = store.query(
        "SELECT seconds FROM standing_decision AS standing"
        " JOIN utterance ON utterance.id = standing.utterance"
        " WHERE bot = ? AND seconds IS NOT NULL",
        (bot,),
    )
    return statistics.median(row[0] for row in rows) if rows else None
