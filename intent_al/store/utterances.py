"""What people said as free text, and what the log holds the bot made of it: read by ``score``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import orjson

from intent_al.store.database import Store
from intent_al.texts.languages import UNDETERMINED


class Logged(NamedTuple):
    """What the bot understood when the message came in."""

    ranking: tuple[tuple[str, float], ...]
    complete: bool
    fallback: bool
    model: str | None


class Spoken(NamedTuple):
    """One utterance: how often it was said as free text, and by how many people."""

    id: int
    text: str
    said: int
    senders: int
    language: str = UNDETERMINED


def spoken(store: Store, bot: str) -> list[Spoken]:
    """Every utterance that was said as free text, sorted by id."""
    rows = store.query(
        "SELECT id, text, said, senders, language FROM utterance WHERE bot = ? AND said > 0"
        " ORDER BY id",
        (bot,),
    )
    return [Spoken(*row) for row in rows]


def most_said(store: Store, bot: str, limit: int) -> list[int]:
    """Ids of the utterances that were said most often, the first first."""
    rows = store.query(
        "SELECT id FROM utterance WHERE bot = ? AND said > 0 ORDER BY said DESC, id LIMIT ?",
        (bot, limit),
    )
    return [row[0] for row in rows]


def most_asked(store: Store, bot: str, limit: int) -> list[Spoken]:
    """What most people said, the first first."""
    rows = store.query(
        "SELECT id, text, said, senders, language FROM utterance WHERE bot = ? AND said > 0"
        " ORDER BY senders DESC, said DESC, id LIMIT ?",
        (bot, limit),
    )
    return [Spoken(*row) for row in rows]


def any_spoken(store: Store, bot: str) -> bool:
    return bool(
        store.count("SELECT EXISTS (SELECT 1 FROM utterance WHERE bot = ? AND said > 0)", (bot,))
    )


def turns(store: Store, bot: str) -> int:
    """User turns of any kind."""
    return store.count("SELECT count(*) FROM message WHERE bot = ?", (bot,))


def logged(store: Store, utterances: Sequence[int]) -> dict[int, Logged]:
    """The logged prediction of the newest free-text message of each, where the log has one."""
    rows = store.query(
        "SELECT message.utterance, event.body, max(message.id) FROM message"
        " JOIN event ON event.id = message.event"
        " WHERE turn_kind = 'free_text' AND event.body IS NOT NULL"
        " AND message.utterance IN (SELECT value FROM json_each(?))"
        " GROUP BY message.utterance",
        (orjson.dumps(list(utterances)).decode(),),
    )
    return {row[0]: _logged(row[1]) for row in rows}


def _logged(body: str | bytes) -> Logged:
    data = orjson.loads(body)
    ranking = tuple((str(name), float(probability)) for name, probability in data["ranking"])
    return Logged(ranking, data["complete"], data["fallback"], data["model"])
