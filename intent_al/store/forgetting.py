"""Removes a person: the one operation that deletes from the tables of every stage, by name.

What others have said, too, stays with what is known of it. What only this person has said goes with
all that was made of it: predictions, questions, answers, comments.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from intent_al.store import audit
from intent_al.store.database import Store
from intent_al.store.vectors import text_hash


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What is gone, in numbers; ``files`` hold texts of the person that were applied."""

    messages: int
    events: int
    texts: int
    questions: int
    decisions: int
    files: tuple[str, ...]


def forget(store: Store, pseudonym: str, *, by: str, now: float) -> Forgotten | None:
    """None where nobody is known by that pseudonym. The space that becomes free is overwritten."""
    store.connection.execute("PRAGMA secure_delete = ON")
    with store.write() as connection:
        row = connection.execute(
            "SELECT id FROM conversation WHERE sender = ?", (pseudonym,)
        ).fetchone()
        if row is None:
            return None
        found = _without(connection, row[0])
        after: audit.State = {
            "messages": found.messages,
            "texts": found.texts,
            "decisions": found.decisions,
        }
        audit.write(connection, now, by, "forget", f"sender {pseudonym}", after=after)
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return found


def _without(connection: sqlite3.Connection, conversation: int) -> Forgotten:
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS gone (utterance INTEGER PRIMARY KEY, alone INTEGER)"
    )
    connection.execute("DELETE FROM gone")
    connection.execute(
        "INSERT INTO gone SELECT utterance, NOT EXISTS (SELECT 1 FROM message AS other"
        "  WHERE other.utterance = message.utterance AND other.conversation <> ?)"
        " FROM message WHERE conversation = ? GROUP BY utterance",
        (conversation, conversation),
    )
    alone = "(SELECT utterance FROM gone WHERE alone)"
    items = f"(SELECT id FROM queue_item WHERE utterance IN {alone})"
    decided = f"(SELECT id FROM decision WHERE item IN {items})"
    files = connection.execute(
        f"SELECT DISTINCT path FROM change WHERE decision IN {decided}"
        " AND written_at IS NOT NULL AND path IS NOT NULL ORDER BY path"
    ).fetchall()
    texts = connection.execute(f"SELECT text FROM utterance WHERE id IN {alone}").fetchall()

    def delete(table: str, condition: str, *values: object) -> int:
        return connection.execute(f"DELETE FROM {table} WHERE {condition}", values).rowcount

    own = "(SELECT id FROM message WHERE conversation = ?)"
    said = "(SELECT id FROM event WHERE conversation = ?)"
    delete("feedback", f"message IN {own} OR event IN {said}", conversation, conversation)
    connection.execute(
        f"UPDATE queue_item SET message = NULL WHERE message IN {own}", (conversation,)
    )
    for table in ("change", "approval"):
        delete(table, f"decision IN {decided}")
    decisions = delete("decision", f"item IN {items}")
    for table in ("claim", "remark", "retirement"):
        delete(table, f"item IN {items}")
    questions = delete("queue_item", f"utterance IN {alone}")
    delete("prediction", f"utterance IN {alone}")
    hashes = [text_hash(row[0]) for row in texts]
    connection.executemany("DELETE FROM vector WHERE hash = ?", [(one,) for one in hashes])
    messages = delete("message", "conversation = ?", conversation)
    events = delete("event", "conversation = ?", conversation)
    delete("utterance", f"id IN {alone}")
    connection.execute(
        "UPDATE queue_item SET spellings = (SELECT json_group_array(value)"
        "  FROM json_each(spellings) WHERE value IN (SELECT text FROM utterance))"
        " WHERE EXISTS (SELECT 1 FROM json_each(spellings)"
        "  WHERE value NOT IN (SELECT text FROM utterance))"
    )
    delete("conversation", "id = ?", conversation)
    connection.execute(
        "UPDATE utterance SET (said, senders, first_at, last_at) ="
        " (SELECT count(*), count(DISTINCT conversation), min(at), max(at) FROM message"
        "  WHERE utterance = utterance.id AND turn_kind = 'free_text')"
        " WHERE id IN (SELECT utterance FROM gone WHERE NOT alone)"
    )
    return Forgotten(
        messages, events, len(texts), questions, decisions, tuple(row[0] for row in files)
    )
