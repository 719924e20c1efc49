"""One event of a Rasa log, as stored or as streamed, becomes an ``Event`` or nothing.

Shared by every source that carries Rasa's event dictionaries, so that what a fallback, a payload or
a feedback slot means is decided in one place. A hostile or foreign dictionary never raises anything
but ``SkipRecord``, whose message names fields and types, never what a person wrote.

The second copy of a clarified message (same ``message_id``, confidence overwritten with 1.0) is
passed on like any other: whoever stores keeps the first of each (conversation, message_id).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from connectors.base import Button, Event, Origin
from connectors.errors import SkipRecord
from connectors.reading.predictions import read_prediction
from connectors.reading.values import as_text, flag, label, listed, table

EXTERNAL_PREFIX = "EXTERNAL: "
FEEDBACK_SLOT = "thumbs"
WAITS = "action_listen"
"""A fifth of Rasa's events: the bot waits, which says nothing of anybody, so it is not yielded."""

_PAYLOAD = re.compile(
    r"/(?P<intent>[^\s{}@/]+(?:/[^\s{}@/]+)?)(?:@[0-9.]+)?\s*(?:\{.*)?", re.DOTALL
)
_MAX_DEPTH = 100
_FROM_TIMESTAMP = datetime.fromtimestamp
_UTC = timezone.utc

Fields = dict[str, Any]


def to_event(
    data: object,
    source_id: str,
    *,
    conversation: str | None = None,
    feedback_slot: str = FEEDBACK_SLOT,
) -> Event | None:
    """The event, or None where it tells nothing about the conversation (featurization, rewind).

    ``conversation`` is the sender where the log has it outside of ``data``; ``data["sender_id"]``
    otherwise. Raises SkipRecord.
    """
    if type(data) is not dict:
        raise SkipRecord(f"the event is {_article(data)}, not an object")
    kind = data.get("event")
    reader = READERS.get(kind) if type(kind) is str else None
    if reader is None:
        if type(kind) is not str:
            raise SkipRecord("the event does not say what it is (no text in 'event')")
        return None
    if conversation is None:
        conversation = as_text(data.get("sender_id"), "sender_id")
        if not conversation:
            raise SkipRecord("the event names no sender_id")
    event = reader(data, conversation, source_id, read_time(data.get("timestamp")))
    if event is not None and event.kind == "slot" and event.name == feedback_slot:
        return _feedback(event)
    return event


def read_time(seconds: object) -> datetime | None:
    """Aware UTC from seconds since 1970; None stays None. Raises SkipRecord."""
    if seconds is None:
        return None
    if type(seconds) is not float and type(seconds) is not int:
        raise SkipRecord(f"the timestamp is {_article(seconds)}, not a number")
    try:
        return _FROM_TIMESTAMP(seconds, _UTC)
    except (OverflowError, ValueError, OSError):
        raise SkipRecord("the timestamp is no date") from None


def _user(data: Fields, conversation: str, source_id: str, time: datetime | None) -> Event:
    parsed = table(data.get("parse_data"), "parse_data")
    metadata = table(data.get("metadata"), "metadata")
    text = as_text(data.get("text"), "text")
    if text is None:
        text = as_text(parsed.get("text"), "parse_data.text")
    message_id = _identifier(data.get("message_id"))
    if message_id is None:
        message_id = _identifier(parsed.get("message_id"))
    origin, name = _origin(text or "", parsed, metadata)
    return Event(
        "user",
        conversation,
        source_id,
        time,
        text,
        name,
        None,
        message_id,
        origin,
        read_prediction(parsed, metadata, text or "") if origin == "typed" else None,
        (),
        label(data.get("input_channel")),
        label(metadata.get("language")),
    )


def _origin(text: str, parsed: Fields, metadata: Fields) -> tuple[Origin, str | None]:
    """Who made this text, and the intent if it is a payload.

    ``/restart`` is a payload, ``/start`` of a messenger is not: Rasa reads what follows the slash
    as an intent only if the domain has it, and then the parsed intent says the same.
    """
    if text.startswith(EXTERNAL_PREFIX) or metadata.get("is_external") is True:
        return "external", None
    match = _PAYLOAD.fullmatch(text) if text.startswith("/") else None
    if match is None:
        return "typed", None
    name = match["intent"]
    known = table(parsed.get("intent"), "parse_data.intent").get("name")
    if known is None or known in (name, name.partition("/")[0]):
        return "payload", name
    return "typed", None


def _bot(data: Fields, conversation: str, source_id: str, time: datetime | None) -> Event:
    extra = table(data.get("data"), "data")
    buttons: tuple[Button, ...] = ()
    if extra.get("buttons") or extra.get("quick_replies"):
        buttons = (*_buttons(extra, "buttons"), *_buttons(extra, "quick_replies"))
    text = as_text(data.get("text"), "text")
    return Event("bot", conversation, source_id, time, text, buttons=buttons)


def _buttons(extra: Fields, key: str) -> list[Button]:
    found = []
    for item in listed(extra.get(key), f"data.{key}"):
        button = table(item, f"data.{key}")
        payload = as_text(button.get("payload"), f"data.{key}.payload")
        if payload:  # a link has none, and nothing comes back from it
            title = as_text(button.get("title"), f"data.{key}.title")
            found.append(Button(title or payload, payload))
    return found


def _action(data: Fields, conversation: str, source_id: str, time: datetime | None) -> Event | None:
    name = as_text(data.get("name"), "name")
    if not name:  # an end-to-end prediction: the bot's own words, which follow as a bot event
        return None
    if name == WAITS:
        return None
    return Event("action", conversation, source_id, time, None, name)


def _slot(data: Fields, conversation: str, source_id: str, time: datetime | None) -> Event:
    name = as_text(data.get("name"), "name")
    if not name:
        raise SkipRecord("the slot has no name")
    return Event("slot", conversation, source_id, time, None, name, _plain(data.get("value")))


def _loop(data: Fields, conversation: str, source_id: str, time: datetime | None) -> Event:
    name = as_text(data.get("name"), "name")
    return Event("loop", conversation, source_id, time, None, name or None)


def _session(data: Fields, conversation: str, source_id: str, time: datetime | None) -> Event:
    return Event("session", conversation, source_id, time)


Reader = Callable[[Fields, str, str, "datetime | None"], "Event | None"]

READERS: dict[str, Reader] = {
    "user": _user,
    "bot": _bot,
    "action": _action,
    "slot": _slot,
    "active_loop": _loop,
    "form": _loop,  # what active_loop was called before Rasa 2
    "session_started": _session,
}


def _feedback(event: Event) -> Event | None:
    """A verdict in a slot: ``{"message_id": ..., "v": -1}``, or the bare number; None clears it."""
    value, message_id = event.value, None
    if isinstance(value, dict):
        message_id = _identifier(value.get("message_id"))
        value = value.get("v")
    if value is None:
        return None
    polarity = flag(value)
    if polarity is None:
        raise SkipRecord("the feedback is neither 1 nor -1 nor up nor down")
    return event._replace(kind="feedback", name=None, value=polarity, message_id=message_id)


def _identifier(value: object) -> str | None:
    """Channels use numbers as well as texts."""
    if type(value) is int:
        return str(value)
    return as_text(value, "message_id") or None


def _plain(value: Any) -> Any:
    """A slot's value, made sure that any JSON writer can store it; without recursion."""
    if value is None or type(value) is bool or type(value) is int:
        return value
    if type(value) is str:
        return as_text(value, "value")
    waiting = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            raise SkipRecord("the value of the slot is nested too deeply")
        if isinstance(item, dict):
            for key, inner in item.items():
                as_text(key, "value")
                waiting.append((inner, depth + 1))
        elif isinstance(item, (list, tuple)):
            waiting += [(inner, depth + 1) for inner in item]
        elif isinstance(item, str):
            as_text(item, "value")
        elif isinstance(item, float) and not math.isfinite(item):
            raise SkipRecord("the value of the slot holds a number that is not finite")
        elif item is not None and not isinstance(item, (bool, int, float)):
            raise SkipRecord(f"the value of the slot holds {_article(item)}")
    return value


def _article(value: object) -> str:
    name = type(value).__name__
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"
