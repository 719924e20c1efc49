"""What each user turn of a conversation was, and what it says of the turn before.

Derived from the stored events in their order, and derived again when a late one arrives: whether a
text answered a form's question can only be told by the form that was active, and whether a tap
confirmed an intent only by the question before it. Pure: events in, turns and feedback out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from intent_al.records import TurnKind

TWO_STAGE_LOOP = "action_two_stage_fallback"
AFFIRMATIONS = frozenset({"affirm", "deny", "yes", "no"})


class StoredEvent(NamedTuple):
    """One row of ``event``, whose ``conversation`` is the number of a sender."""

    id: int
    source: str
    source_id: str
    conversation: int
    at: float | None
    kind: str
    name: str | None = None
    origin: str | None = None
    message_id: str | None = None
    text: str | None = None
    body: bytes | str | None = None
    channel: str | None = None
    language: str | None = None


@dataclass(slots=True)
class Turn:
    """One user turn; ``key`` makes it unique within its conversation."""

    event: int
    key: str
    at: float | None
    text: str
    kind: TurnKind
    language: str | None = None


class Feedback(NamedTuple):
    """Weak evidence about a turn: ``intent`` was confirmed (1) or denied (-1), where known.

    ``turn_key`` may be of a turn before the events that were given, or of no turn at all (of the
    bot's answer); ``instead`` is what was typed last.
    """

    turn_key: str
    event: int
    polarity: int
    intent: str | None = None
    instead: str | None = None


@dataclass(slots=True)
class _State:
    loop: str | None = None
    offered: tuple[str, ...] = ()  # buttons of the bot's last messages
    waiting: Turn | None = None  # a turn inside a form whose next action tells what it was
    typed: Turn | None = None  # the last turn that a person typed
    nameless: dict[tuple[str, float | None, str | None], int] = field(default_factory=dict)


Position = tuple[bool, float, int]


def position(at: float | None, event: int) -> Position:
    """Where an event stands in its conversation; those without a time stand first."""
    return (at is not None, at or 0.0, event)


def derive(events: Iterable[StoredEvent]) -> tuple[list[Turn], list[Feedback]]:
    """Turns and feedback of one conversation, ``events`` in their order.

    A session starts from nothing, so the events since the start of one are enough. Rasa logs a
    clarified message a second time with the same id and a confidence of 1.0; only the first copy is
    a turn.
    """
    state = _State()
    turns: dict[str, Turn] = {}
    feedback: list[Feedback] = []
    for event in events:
        if event.kind == "user":
            key = event.message_id or _fingerprint(event, state)
            if key in turns:
                continue
            kind = _kind(event, state)
            turn = Turn(event.id, key, event.at, event.text or "", kind, event.language)
            feedback += _tapped(event, state)
            turns[key] = turn
            state.waiting = turn if turn.kind is TurnKind.SLOT_ANSWER else None
            if event.origin == "typed":
                state.typed = turn
            state.offered = ()
        elif event.kind == "action":
            _settle(event.name, state)
        elif event.kind == "bot":
            state.offered += _payloads(event.body)
        elif event.kind == "loop":
            state.loop = event.name
        elif event.kind == "session":
            state = _State()
        elif event.kind == "feedback":
            feedback += _said(event, state)
    return list(turns.values()), feedback


def _payloads(body: bytes | str | None) -> tuple[str, ...]:
    if body is None:
        return ()
    return tuple(button["payload"] for button in orjson.loads(body)["buttons"])


def _said(event: StoredEvent, state: _State) -> list[Feedback]:
    """A thumb up or down, about the message that it names or about the last one typed."""
    typed = state.typed.key if state.typed else None
    about = event.message_id or typed
    if about is None or event.body is None:
        return []
    return [Feedback(about, event.id, int(orjson.loads(event.body)["value"]), instead=typed)]


def _fingerprint(event: StoredEvent, state: _State) -> str:
    """Stands for a message id: the same turn seen in two sources is one, said twice it is two."""
    if event.at is None:
        return f"event:{event.id}"
    said = (event.source, event.at, event.text)
    times = state.nameless[said] = state.nameless.get(said, 0) + 1
    content = f"{event.at!r} {times} {event.text}"
    digest = hashlib.blake2s(content.encode("utf-8", "surrogatepass"), digest_size=12)
    return f"print:{digest.hexdigest()}"


def _kind(event: StoredEvent, state: _State) -> TurnKind:
    if event.origin == "external":
        return TurnKind.EVENT
    if not (event.text or "").strip():
        return TurnKind.EMPTY
    if event.origin == "payload":
        return TurnKind.BUTTON if event.name in _intents(state.offered) else TurnKind.COMMAND
    if state.loop is not None and state.loop != TWO_STAGE_LOOP:
        return TurnKind.SLOT_ANSWER  # until the next action says otherwise
    if event.name in AFFIRMATIONS and _yes_or_no_was_asked(state):
        return TurnKind.CONFIRMATION
    return TurnKind.FREE_TEXT


def _yes_or_no_was_asked(state: _State) -> bool:
    """By buttons that say so, or by "did you mean x?"."""
    if not state.offered:
        return False
    return state.loop == TWO_STAGE_LOOP or not AFFIRMATIONS.isdisjoint(_intents(state.offered))


def _settle(action: str | None, state: _State) -> None:
    """A form that takes the answer runs next; anything else means that the user turned away."""
    if state.waiting is not None and action != state.loop:
        state.waiting.kind = TurnKind.FREE_TEXT
    state.waiting = None


def _tapped(event: StoredEvent, state: _State) -> list[Feedback]:
    """After "did you mean x?" a tap on /x confirms x for the text before, another tap denies it."""
    if event.origin != "payload" or state.loop != TWO_STAGE_LOOP or state.typed is None:
        return []
    asked = _intents(state.offered)
    if event.name not in asked:
        return []
    polarity = 1 if event.name == asked[0] else -1
    return [Feedback(state.typed.key, event.id, polarity, asked[0])]


def _intents(payloads: Sequence[str]) -> list[str]:
    """``/greet{"name": "x"}`` and ``/greet`` both name greet."""
    return [payload.partition("{")[0].lstrip("/").strip() for payload in payloads]
