"""What ``select`` reads and writes: candidates, and batches with their items."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from intent_al.records import Entity
from intent_al.store.database import Store
from intent_al.store.spans import entities_of
from intent_al.texts.languages import UNDETERMINED

AUDIT = "audit"
"""The quota of what is drawn blindly from the traffic."""


class Candidate(NamedTuple):
    """An utterance nobody has been asked about; ``spellings`` are others that say the same."""

    id: int
    text: str
    said: int
    senders: int
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspect:
    """How an example of the training data is labelled, and what speaks against that.

    ``shares`` in [0, 1]: how much speaks for ``instead``, and for ``intent``.
    """

    intent: str
    instead: str
    shares: tuple[float, float]
    entities: tuple[Entity, ...] = ()


class Item(NamedTuple):
    """What select decided about one utterance, as the reviewer will see it.

    ``example`` where its text stands in the training data and that is what is asked about.
    """

    utterance: int
    quota: str
    score: float
    reason: str
    message: int | None
    example: Suspect | None = None
    likeliest: str | None = None
    """The intent that the model finds likeliest, and the next: the queue is filtered by them."""
    second: str | None = None
    spellings: tuple[str, ...] = ()
    answers: int = 1
    """How many people are asked."""


class Yield(NamedTuple):
    """What reviewers answered of the items of one quota, and how often it was news to the model."""

    answered: int
    news: int


class OpenItem(NamedTuple):
    id: int
    utterance: int
    text: str
    said: int
    senders: int
    message: int | None
    quota: str
    score: float
    reason: str
    model: str
    example: Suspect | None = None
    language: str = UNDETERMINED


def candidates(store: Store, bot: str) -> list[Candidate]:
    """Utterances of the bot that were said as free text and are in no batch yet."""
    rows = store.query(
        "SELECT id, text, said, senders FROM utterance WHERE bot = ? AND said > 0"
        " AND id NOT IN (SELECT utterance FROM queue_item) ORDER BY id",
        (bot,),
    )
    return [Candidate(*row) for row in rows]


def in_no_batch(store: Store, utterances: Sequence[int]) -> list[int]:
    """Those of them that nobody was ever asked about, in their order."""
    asked = {
        row[0]
        for row in store.query(
            "SELECT utterance FROM queue_item WHERE utterance IN (SELECT value FROM json_each(?))",
            (orjson.dumps(list(utterances)).decode(),),
        )
    }
    return [one for one in utterances if one not in asked]


def items_of(store: Store, utterances: Sequence[int]) -> list[int]:
    """The ids of all queue items of these utterances."""
    rows = store.query(
        "SELECT id FROM queue_item WHERE utterance IN (SELECT value FROM json_each(?)) ORDER BY id",
        (orjson.dumps(list(utterances)).decode(),),
    )
    return [row[0] for row in rows]


def frequent_sender(store: Store, utterances: Sequence[int]) -> Mapping[int, str]:
    """For each utterance the conversation that said it most; the cap on one sender counts by it."""
    rows = store.query(
        "SELECT utterance, conversation, count(*) AS times FROM message"
        " WHERE turn_kind = 'free_text' AND utterance IN (SELECT value FROM json_each(?))"
        " GROUP BY utterance, conversation ORDER BY utterance, times DESC, conversation",
        (orjson.dumps(list(utterances)).decode(),),
    )
    first: dict[int, str] = {}
    for row in rows:
        first.setdefault(row[0], row[1])
    return first


def free_text_messages(store: Store, bot: str, since: float | None = None) -> list[tuple[int, int]]:
    """(message, utterance) of every free-text message of the window, in order of arrival."""
    rows = store.query(
        "SELECT id, utterance FROM message WHERE bot = ? AND turn_kind = 'free_text'"
        " AND coalesce(at, 0) >= ? ORDER BY id",
        (bot, since or 0.0),
    )
    return [(row[0], row[1]) for row in rows]


def audited(store: Store) -> set[int]:
    """Messages that an earlier batch drew for the audit sample."""
    return {
        row[0]
        for row in store.query(
            "SELECT message FROM queue_item WHERE quota = 'audit' AND message IS NOT NULL"
        )
    }


def audited_texts(store: Store) -> list[str]:
    """Texts of the audit sample: held out of training until they are retired from evaluation."""
    rows = store.query(
        "SELECT DISTINCT text FROM utterance JOIN queue_item ON utterance.id = utterance"
        " WHERE quota = 'audit' ORDER BY text"
    )
    return [row[0] for row in rows]


def asked_texts(store: Store) -> list[str]:
    """Texts of everything that was ever put before a human, oldest first."""
    rows = store.query(
        "SELECT text FROM utterance WHERE id IN (SELECT utterance FROM queue_item) ORDER BY id"
    )
    return [row[0] for row in rows]


def out_of_scope_texts(store: Store) -> set[str]:
    """Texts of which somebody has said that they fit no intent."""
    rows = store.query(
        "SELECT text FROM utterance WHERE id IN"
        " (SELECT utterance FROM resolution WHERE outcome = 'out_of_scope')"
    )
    return {row[0] for row in rows}


class QuotaAnswer(NamedTuple):
    """An answer beside the model that chose what was asked; ``example`` as in Item."""

    quota: str
    utterance: int
    model: str
    outcome: str
    intent: str | None
    example: Suspect | None


def answers_by_quota(store: Store) -> list[QuotaAnswer]:
    """All that is answered, in the order of the answers."""
    rows = store.query(
        "SELECT resolution.quota, resolution.utterance, model.name, outcome, intent, example"
        " FROM resolution JOIN queue_item ON queue_item.id = resolution.item"
        " JOIN batch ON batch.id = queue_item.batch JOIN model ON model.id = batch.model"
        " WHERE outcome <> 'skip' ORDER BY resolution.id"
    )
    return [QuotaAnswer._make((*tuple(row)[:-1], _suspect(row["example"]))) for row in rows]


def complaints(store: Store, bot: str) -> dict[int, int]:
    """How many conversations denied what the bot made of an utterance, by its id."""
    rows = store.query(
        "SELECT message.utterance, count(DISTINCT message.conversation) FROM feedback"
        " JOIN message ON message.id = feedback.message"
        " WHERE polarity < 0 AND bot = ? AND turn_kind = 'free_text' GROUP BY message.utterance",
        (bot,),
    )
    return {row[0]: row[1] for row in rows}


def texts(store: Store, utterances: Iterable[int]) -> list[str]:
    rows = store.query(
        "SELECT text FROM utterance WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (orjson.dumps(sorted(utterances)).decode(),),
    )
    return [row[0] for row in rows]


def batches(store: Store) -> int:
    return store.count("SELECT count(*) FROM batch")


def latest_message(store: Store, utterances: Sequence[int]) -> Mapping[int, int]:
    """The newest free-text message of each utterance: its context is shown to the reviewer."""
    rows = store.query(
        "SELECT utterance, max(id) FROM message WHERE turn_kind = 'free_text'"
        " AND utterance IN (SELECT value FROM json_each(?)) GROUP BY utterance",
        (orjson.dumps(list(utterances)).decode(),),
    )
    return {row[0]: row[1] for row in rows}


def add_texts(store: Store, bot: str, language: str, texts: Sequence[str]) -> list[int]:
    """Ids of utterances with these texts, in the language in which each is said most; one that
    nobody has said is stored as never said, in ``language``."""
    known = _most_said(store, bot, texts)
    new = [text for text in texts if text not in known]
    with store.write() as connection:
        connection.executemany(
            "INSERT INTO utterance (bot, language, text) VALUES (?, ?, ?)"
            " ON CONFLICT (bot, language, text) DO NOTHING",
            [(bot, language, text) for text in new],
        )
    find = "SELECT id FROM utterance WHERE bot = ? AND language = ? AND text = ?"
    known |= {text: store.count(find, (bot, language, text)) for text in new}
    return [known[text] for text in texts]


def _most_said(store: Store, bot: str, texts: Sequence[str]) -> dict[str, int]:
    """Text to id of the utterance, of several languages the one that is said most."""
    rows = store.query(
        "SELECT text, id FROM utterance WHERE bot = ? AND text IN (SELECT value FROM json_each(?))"
        " ORDER BY said, id DESC",
        (bot, orjson.dumps(list(texts)).decode()),
    )
    return {row[0]: row[1] for row in rows}


def write_batch(
    store: Store, items: Sequence[Item], *, model: str, strategy: str, seed: int, now: float
) -> int:
    """Store a batch and its items in their order; returns the batch id."""
    with store.write() as connection:
        batch = connection.execute(
            "INSERT INTO batch (created_at, model, strategy, seed)"
            " VALUES (?, (SELECT id FROM model WHERE name = ?), ?, ?)",
            (now, model, strategy, seed),
        ).lastrowid
        connection.executemany(
            "INSERT INTO queue_item (batch, position, utterance, message, quota, score, reason,"
            " example, likeliest, second, spellings, answers)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    batch,
                    position,
                    item.utterance,
                    item.message,
                    item.quota,
                    item.score,
                    item.reason,
                    None if item.example is None else orjson.dumps(item.example).decode(),
                    item.likeliest,
                    item.second,
                    orjson.dumps(item.spellings).decode() if item.spellings else None,
                    item.answers,
                )
                for position, item in enumerate(items)
            ],
        )
    return int(batch or 0)


NOT_ANSWERED = (
    "(item.answers = 1 OR NOT EXISTS (SELECT 1 FROM answer AS given"
    " WHERE given.utterance = item.utterance AND +given.reviewer = {reviewer}))"
)
"""Of an open item: the reviewer has not answered it. What one person is asked would not be open."""

_OPEN_ITEM = (
    "item.id, item.utterance, utterance.text, utterance.said, utterance.senders, item.message,"
    " item.quota, item.score, item.reason, model.name, item.example, utterance.language"
)


def open_items(store: Store, *, limit: int = -1, reviewer: str | None = None) -> list[OpenItem]:
    """What waits for a human: oldest batch first, skipped ones last.

    With ``reviewer`` what they have not answered; of what several are asked about, they may have.
    """
    rows = store.query(
        f"SELECT {_OPEN_ITEM} FROM open_item AS item"
        " JOIN utterance ON utterance.id = item.utterance"
        " JOIN batch ON batch.id = item.batch JOIN model ON model.id = batch.model"
        f" WHERE ?1 IS NULL OR {NOT_ANSWERED.format(reviewer='?1')}"
        " ORDER BY (SELECT max(id) FROM standing_decision WHERE item = item.id) NULLS FIRST,"
        " item.batch, item.position LIMIT ?2",
        (reviewer, limit),
    )
    return [_open_item(row) for row in rows]


def answered(store: Store) -> set[int]:
    """Utterances that somebody has answered, also where more answers are wanted."""
    return {row[0] for row in store.query("SELECT DISTINCT utterance FROM answer")}


def item(store: Store, number: int) -> OpenItem | None:
    """One item, whether it waits or not."""
    rows = store.query(
        f"SELECT {_OPEN_ITEM} FROM queue_item AS item"
        " JOIN utterance ON utterance.id = item.utterance"
        " JOIN batch ON batch.id = item.batch JOIN model ON model.id = batch.model"
        " WHERE item.id = ?",
        (number,),
    )
    return _open_item(rows[0]) if rows else None


def _open_item(row: sqlite3.Row) -> OpenItem:
    return OpenItem._make((*tuple(row)[:-2], _suspect(row["example"]), row["language"]))


def _suspect(text: str | None) -> Suspect | None:
    if text is None:
        return None
    data = orjson.loads(text)
    instead, own = data["shares"]
    entities = entities_of(orjson.dumps(data["entities"]).decode())
    return Suspect(data["intent"], data["instead"], (instead, own), entities)


def retire(store: Store, items: Sequence[tuple[int, float]], *, model: str, now: float) -> None:
    """Items (id, confidence) that ``model`` is sure of leave the queue."""
    with store.write() as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO retirement (item, model, confidence, retired_at)"
            " SELECT ?, id, ?, ? FROM model WHERE name = ?",
            [(item, confidence, now, model) for item, confidence in items],
        )


def bring_back(store: Store, model: str) -> int:
    """Undo the retirements of one model; how many there were."""
    with store.write() as connection:
        gone = connection.execute(
            "DELETE FROM retirement WHERE model = (SELECT id FROM model WHERE name = ?)", (model,)
        )
    return gone.rowcount
