"""What each user turn of a conversation was, and what it says of the turn before.

Derived from the stored events in their order, and derived again when a late one arrives: whether a
text answered a form's question can only be told by the form that was active, and whether a tap
confirmed an intent only by the question before it. Pure: events in, turns and feedback out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from intent_al.records import TurnKind

TWO_STAGE_LOOP = "action_two_stage_fallback"
AFFIRMATIONS = frozenset({"affirm", "deny", "yes", "no"})


class StoredEvent(NamedTuple):
    """The part of a stored event that the derivation looks at."""

    id: int
    kind: str
    at: float | None
    name: str | None
    origin: str | None
    message_id: str | None
    text: str | None
    payloads: tuple[str, ...] = ()  # of the buttons of a bot's message, leading slash removed
    polarity: int = 0


@dataclass(slots=True)
class Turn:
    """One user turn; ``key`` makes it unique within its conversation."""

    event: int
    key: str
    at: float | None
    text: str
    kind: TurnKind


class Feedback(NamedTuple):
    """Weak evidence about a turn: ``intent`` was confirmed (1) or denied (-1), where known."""

    turn_key: str
    event: int
    polarity: int
    intent: str | None


@dataclass(slots=True)
class _State:
    loop: str | None = None
    offered: tuple[str, ...] = ()  # buttons of the bot's last messages
    waiting: Turn | None = None  # a turn inside a form whose next action tells what it was
    typed: Turn | None = None  # the last turn that a person typed


def derive(events: Iterable[StoredEvent]) -> tuple[list[Turn], list[Feedback]]:
    """Turns and feedback of one conversation, ``events`` in their order.

    Rasa logs a clarified message a second time with the same id and a confidence of 1.0; only the
    first copy is a turn.
    """
    state = _State()
    turns: dict[str, Turn] = {}
    feedback: list[Feedback] = []
    for event in events:
        if event.kind == "user":
            key = event.message_id or f"event:{event.id}"
            if key in turns:
                continue
            turn = Turn(event.id, key, event.at, event.text or "", _kind(event, state))
            feedback += _tapped(event, state)
            turns[key] = turn
            state.waiting = turn if turn.kind is TurnKind.SLOT_ANSWER else None
            if event.origin == "typed":
                state.typed = turn
            state.offered = ()
        elif event.kind == "action":
            _settle(event.name, state)
        elif event.kind == "bot":
            state.offered += event.payloads
        elif event.kind == "loop":
            state.loop = event.name
        elif event.kind == "session":
            state = _State()
        elif event.kind == "feedback":
            about = turns.get(event.message_id or "") or state.typed
            if about is not None and event.polarity:
                feedback.append(Feedback(about.key, event.id, event.polarity, None))
    return list(turns.values()), feedback


def _kind(event: StoredEvent, state: _State) -> TurnKind:
    if event.origin == "external":
        return TurnKind.EVENT
    if not (event.text or "").strip():
        return TurnKind.EMPTY
    if event.origin == "payload":
        return TurnKind.BUTTON if event.name in _intents(state.offered) else TurnKind.COMMAND
    if state.loop is not None and state.loop != TWO_STAGE_LOOP:
        return TurnKind.SLOT_ANSWER  # until the next action says otherwise
    if event.name in AFFIRMATIONS and AFFIRMATIONS & set(_intents(state.offered)):
        return TurnKind.CONFIRMATION
    return TurnKind.FREE_TEXT


def _settle(action: str | None, state: _State) -> None:
    """A form that takes the answer runs next; anything else means that the user turned away."""
    if state.waiting is not None and action != state.loop:
        state.waiting.kind = TurnKind.FREE_TEXT
    state.waiting = None


def _tapped(event: StoredEvent, state: _State) -> list[Feedback]:
    """After "did you mean x?" a tap on /x confirms x for the text before, another tap denies it."""
    asked = _intents(state.offered)
    if (
        event.origin != "payload"
        or state.loop != TWO_STAGE_LOOP
        or state.typed is None
        or not asked
        or event.name not in asked
    ):
        return []
    polarity = 1 if event.name == asked[0] else -1
    return [Feedback(state.typed.key, event.id, polarity, asked[0])]


def _intents(payloads: Sequence[str]) -> list[str]:
    """``/greet{"name": "x"}`` and ``/greet`` both name greet."""
    return [payload.partition("{")[0].lstrip("/").strip() for payload in payloads]
