"""Messages, utterances and feedback, as they follow from the events of a conversation.

The work of a page is bounded by what the page touches: a conversation is read back to the start of
the last session that a new event falls into, never from its beginning, however long it has lived.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from intent_al.records import TurnKind
from intent_al.store.turn_kinds import Feedback, Position, StoredEvent, Turn, derive, position

LOOKBACK = 500
"""Events that are read back at most where a log knows no sessions: an older form is forgotten."""

_Key = tuple["str | None", str]
"""Language and text, which together are one utterance of a bot."""

# Slots, and messages of the bot without buttons, say nothing about turns.
_STORED = (
    "SELECT id, source, source_id, conversation, at, kind, name, origin, message_id, text,"
    " CASE WHEN kind <> 'user' THEN body END, channel, language FROM event"
    " WHERE conversation = ? AND id < ? AND kind <> 'slot' AND (kind <> 'bot' OR body IS NOT NULL)"
    " ORDER BY at DESC, id DESC"
)


def next_id(connection: sqlite3.Connection, table: str) -> int:
    """Ids are given out here, so that those of many rows are known without asking for each."""
    found = connection.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()
    return int(found[0])


def derive_again(
    connection: sqlite3.Connection,
    new: Iterable[tuple[Any, ...]],
    first: int,
    newcomers: int,
    bot: str,
    language: str,
) -> int:
    """Write what follows from ``new`` rows of ``event``; the number of turns added.

    A turn whose event names no language is in ``language``, that of the bot.
    Their ids begin at ``first``, those of conversations that are new at ``newcomers``. Events of
    the same conversations that happened after a new one are looked at once more.
    """
    turns: list[tuple[int, Turn]] = []
    feedback: list[tuple[int, Feedback]] = []
    for conversation, arrived in _by_conversation(new).items():
        arrived.sort(key=_position)
        start = _position(arrived[0])
        known = conversation < newcomers
        before, after = _stored(connection, conversation, first, start) if known else ([], [])
        events = [*before, *arrived]
        if after:
            events = sorted([*events, *after], key=_position)
            _forget_feedback(connection, after)
        derived, said = derive(events)
        turns += [(conversation, turn) for turn in _changed(derived, start)]
        feedback += [(conversation, item) for item in said if after or item.event >= first]
    for _, turn in turns:
        turn.language = turn.language or language
    messages = _Messages(connection, bot)
    added = messages.write(turns, _utterances(connection, bot, turns), first)
    _recount(connection, messages.touched)
    _insert_feedback(connection, messages, feedback)
    return added


def _by_conversation(new: Iterable[tuple[Any, ...]]) -> Mapping[int, list[StoredEvent]]:
    touched: dict[int, list[StoredEvent]] = {}
    for row in new:
        if row[5] == "slot" or (row[5] == "bot" and row[10] is None):
            continue
        event = StoredEvent(*row)
        touched.setdefault(event.conversation, []).append(event)
    return touched


def _stored(
    connection: sqlite3.Connection, conversation: int, first: int, start: Position
) -> tuple[list[StoredEvent], list[StoredEvent]]:
    """What was stored before event ``first``: of the session ``start`` falls into, and after it."""
    before: list[StoredEvent] = []
    after: list[StoredEvent] = []
    for row in connection.execute(_STORED, (conversation, first)):
        event = StoredEvent(*row)
        if _position(event) > start:
            after.append(event)
            continue
        before.append(event)
        if event.kind == "session" or len(before) == LOOKBACK:
            break
    before.reverse()
    return before, after


def _position(event: StoredEvent) -> Position:
    return position(event.at, event.id)


def _changed(turns: Sequence[Turn], start: Position) -> Sequence[Turn]:
    """Those from ``start`` on, and the one before them: what follows tells what it was."""
    index = len(turns)
    while index and position(turns[index - 1].at, turns[index - 1].event) >= start:
        index -= 1
    return turns[max(0, index - 1) :]


def _forget_feedback(connection: sqlite3.Connection, events: Iterable[StoredEvent]) -> None:
    connection.executemany("DELETE FROM feedback WHERE event = ?", [(item.id,) for item in events])


def _utterances(
    connection: sqlite3.Connection, bot: str, turns: Iterable[tuple[int, Turn]]
) -> Mapping[_Key, int]:
    """Ids of the texts in their languages, made where they are new."""
    first = next_id(connection, "utterance")
    keys = dict.fromkeys((turn.language, turn.text) for _, turn in turns)
    ids = dict(zip(keys, count(first), strict=False))
    made = connection.executemany(
        "INSERT INTO utterance (id, bot, language, text) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (bot, language, text) DO NOTHING",
        [(number, bot, *key) for key, number in ids.items()],
    )
    if made.rowcount < len(ids):
        there = _ids_from(connection, "utterance", first)
        for key in [key for key, number in ids.items() if number not in there]:
            (ids[key],) = connection.execute(
                "SELECT id FROM utterance WHERE bot = ? AND language = ? AND text = ?", (bot, *key)
            ).fetchone()
    return ids


def _ids_from(connection: sqlite3.Connection, table: str, first: int) -> set[int]:
    return {row[0] for row in connection.execute(f"SELECT id FROM {table} WHERE id >= ?", (first,))}


class _Row(NamedTuple):
    """One row of ``message``."""

    id: int
    bot: str
    conversation: int
    key: str
    event: int
    utterance: int
    at: float | None
    kind: str


class _Messages:
    """Writes turns; ``touched`` are the utterances whose counts may have changed by that."""

    def __init__(self, connection: sqlite3.Connection, bot: str) -> None:
        self._connection = connection
        self._bot = bot
        self._known: dict[tuple[int, str], int] = {}
        self.touched: set[int] = set()

    def write(
        self, turns: Iterable[tuple[int, Turn]], utterances: Mapping[_Key, int], first: int
    ) -> int:
        """Insert the turns that are new, and correct those that are not; how many were new."""
        number = next_id(self._connection, "message")
        rows = [
            _Row(id_, self._bot, conversation, turn.key, turn.event,
                 utterances[turn.language, turn.text], turn.at, turn.kind.value)
            for id_, (conversation, turn) in enumerate(turns, start=number)
        ]  # fmt: skip
        self._connection.executemany(
            "INSERT INTO message (id, bot, conversation, message_key, event, utterance, at,"
            " turn_kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (bot, conversation, message_key) DO NOTHING",
            [row for row in rows if row.event >= first],
        )
        made = _ids_from(self._connection, "message", number)
        for row in rows:
            if row.id in made:
                self._known[row.conversation, row.key] = row.id
                if row.kind == TurnKind.FREE_TEXT.value:
                    self.touched.add(row.utterance)
            else:
                self._correct(row)
        return len(made)

    def find(self, conversation: int, key: str | None) -> int | None:
        """The id of a message, of this page or of long ago."""
        known = self._known.get((conversation, key or ""))
        if known is not None or key is None:
            return known
        found = self._connection.execute(
            "SELECT id FROM message WHERE bot = ? AND conversation = ? AND message_key = ?",
            (self._bot, conversation, key),
        ).fetchone()
        return None if found is None else int(found[0])

    def _correct(self, row: _Row) -> None:
        """A turn is what its first copy was, and its kind is what all events make of it."""
        found = self._connection.execute(
            "SELECT id, event, utterance, at, turn_kind FROM message"
            " WHERE bot = ? AND conversation = ? AND message_key = ?", row[1:4]
        ).fetchone()  # fmt: skip
        if found is None:
            return  # of another bot: the project was renamed
        number, event, utterance, at, kind = found
        if (event, kind) == (row.event, row.kind):
            return
        if position(at, event) < position(row.at, row.event):
            return  # a second copy
        self._connection.execute(
            "UPDATE message SET event = ?, utterance = ?, at = ?, turn_kind = ? WHERE id = ?",
            (row.event, row.utterance, row.at, row.kind, number),
        )
        self.touched |= {utterance, row.utterance}


def _insert_feedback(
    connection: sqlite3.Connection, messages: _Messages, feedback: Iterable[tuple[int, Feedback]]
) -> None:
    rows = []
    for conversation, item in feedback:
        message = messages.find(conversation, item.turn_key)
        if message is None:
            message = messages.find(conversation, item.instead)
        if message is not None:
            rows.append((message, item.event, item.polarity, item.intent))
    connection.executemany(
        "INSERT INTO feedback (message, event, polarity, intent) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (event) DO UPDATE SET message = excluded.message,"
        " polarity = excluded.polarity, intent = excluded.intent",
        rows,
    )


def _recount(connection: sqlite3.Connection, utterances: Iterable[int]) -> None:
    """Counts are recomputed, never incremented, so that no order of pages can spoil them."""
    connection.executemany(
        "UPDATE utterance SET (said, senders, first_at, last_at) ="
        " (SELECT count(*), count(DISTINCT conversation), min(at), max(at) FROM message"
        "  WHERE utterance = utterance.id AND turn_kind = 'free_text') WHERE id = ?",
        [(number,) for number in sorted(utterances)],
    )
