"""What a reviewer sees beside an utterance: the conversation, and the log's own opinion."""

from __future__ import annotations

from typing import NamedTuple

import orjson

from intent_al.store.database import Store
from intent_al.store.decisions import ASKED_AND_RESOLVED
from intent_al.texts.languages import UNDETERMINED


class ConversationLine(NamedTuple):
    """One line of a conversation; ``current`` marks the turn that is being reviewed."""

    speaker: str
    text: str
    current: bool


def context(
    store: Store, message: int, *, before: int = 6, after: int = 3
) -> list[ConversationLine]:
    """The lines around a message, oldest first; empty where it is unknown."""
    found = store.query(
        "SELECT event.conversation, event.id, coalesce(event.at, 0) FROM message"
        " JOIN event ON event.id = message.event WHERE message.id = ?",
        (message,),
    )
    if not found:
        return []
    conversation, current, at = found[0]
    said = (
        "SELECT id, kind, text, coalesce(at, 0) AS at FROM event"
        " WHERE conversation = :conversation AND kind IN ('user', 'bot') AND text IS NOT NULL"
    )
    where = {"conversation": conversation, "at": at, "id": current}
    earlier = store.query(
        f"SELECT * FROM ({said}) WHERE (at, id) <= (:at, :id) ORDER BY at DESC, id DESC"
        f" LIMIT {int(before) + 1}",
        where,
    )
    later = store.query(
        f"SELECT * FROM ({said}) WHERE (at, id) > (:at, :id) ORDER BY at, id LIMIT {int(after)}",
        where,
    )
    return [
        ConversationLine(
            "user" if row["kind"] == "user" else "bot", row["text"], row["id"] == current
        )
        for row in (*reversed(earlier), *later)
    ]


def weak_feedback(store: Store, utterance: int) -> list[tuple[str | None, int]]:
    """(intent, polarity) of what users confirmed or denied about this text."""
    rows = store.query(
        "SELECT feedback.intent, feedback.polarity FROM feedback"
        " JOIN message ON message.id = feedback.message WHERE message.utterance = ?"
        " ORDER BY feedback.id",
        (utterance,),
    )
    return [(row[0], row[1]) for row in rows]


class Circumstances(NamedTuple):
    """``source`` and ``channel`` are those of the message that is shown: None where it is unknown,
    or the log does not say."""

    language: str = UNDETERMINED
    first_at: float | None = None
    last_at: float | None = None
    source: str | None = None
    channel: str | None = None


def circumstances(store: Store, utterance: int, message: int | None) -> Circumstances:
    """When a text was said first and last, and where the message came from that is shown."""
    row = store.query(
        "SELECT utterance.language, first_at, last_at, event.source, event.channel FROM utterance"
        " LEFT JOIN message ON message.id = ? LEFT JOIN event ON event.id = message.event"
        " WHERE utterance.id = ?",
        (message, utterance),
    )[0]
    return Circumstances(*row)


class Opinion(NamedTuple):
    reviewer: str
    outcome: str
    intent: str | None


class Asked(NamedTuple):
    """How many people are asked about a text, and what they have said so far."""

    people: int = 1
    opinions: tuple[Opinion, ...] = ()
    resolved: bool = False

    @property
    def independent(self) -> bool:
        """More answers are wanted, none of which shall lean on those that there are."""
        return len(self.opinions) < self.people

    @property
    def shown(self) -> tuple[Opinion, ...]:
        """What somebody who decides now may know of the others."""
        return () if self.independent else self.opinions

    @property
    def disagree(self) -> bool:
        return not self.independent and not self.resolved


def asked(store: Store, utterance: int) -> Asked:
    rows = store.query(
        "SELECT reviewer, outcome, intent FROM answer WHERE utterance = ? ORDER BY id", (utterance,)
    )
    people, resolved = store.query(ASKED_AND_RESOLVED, (utterance,))[0]
    return Asked(people, tuple(Opinion._make(row) for row in rows), bool(resolved))


class Decided(NamedTuple):
    item: int
    utterance: int
    text: str
    outcome: str
    intent: str | None


def decided(store: Store, decision: int) -> Decided | None:
    rows = store.query(
        "SELECT item, utterance, text, outcome, decision.intent FROM decision"
        " JOIN queue_item ON queue_item.id = decision.item"
        " JOIN utterance ON utterance.id = queue_item.utterance WHERE decision.id = ?",
        (decision,),
    )
    return Decided(*rows[0]) if rows else None


def named_intents(store: Store) -> list[str]:
    """Every intent that a decision has named."""
    rows = store.query("SELECT DISTINCT intent FROM decision WHERE intent IS NOT NULL")
    return [row[0] for row in rows]


def spellings(store: Store, item: int) -> list[str]:
    """Texts that differ in spelling only, which the decision will cover."""
    found = store.value("SELECT spellings FROM queue_item WHERE id = ?", (item,))
    return [] if found is None else list(orjson.loads(str(found)))
