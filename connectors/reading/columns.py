"""One row of a table of messages becomes events; shared by JSONL and CSV.

A table of unknown origin has columns of any name and cells of any format, so what each means is
settled here once: the names are mapped to targets, times and flags are recognised in their usual
spellings, and anything else is a skipped record that says which column and what it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import orjson

from connectors.base import Event, LoggedPrediction
from connectors.errors import SettingsError, SkipRecord
from connectors.names import did_you_mean
from connectors.reading.predictions import FALLBACK, is_complete, read_entities, read_ranking
from connectors.reading.values import as_text, flag, label, shape
from connectors.settings import option

TARGETS = (
    "text", "timestamp", "conversation_id", "message_id", "speaker", "intent", "confidence",
    "intent_ranking", "entities", "feedback", "language", "channel",
)  # fmt: skip

_SPEAKERS = {
    "user": ("user", "customer", "visitor", "client", "human", "guest", "caller", "contact",
             "consumer", "member", "end-user", "enduser", "end user", "in", "incoming", "inbound"),
    "bot": ("bot", "agent", "assistant", "chatbot", "virtual agent", "virtual assistant", "system",
            "operator", "admin", "ai", "out", "outgoing", "outbound"),
}  # fmt: skip
_SPEAKER = {word: kind for kind, words in _SPEAKERS.items() for word in words}
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ]+(\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
_EPOCH_UNITS = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6))


@dataclass(frozen=True, kw_only=True)
class TableSettings:
    """What a table of messages needs to be understood."""

    path: Path = option(help="the file")
    columns: Mapping[str, str] = option(
        {}, help=f"which column holds what, e.g. text=message; of {', '.join(TARGETS)}"
    )
    timestamp_format: str | None = option(
        None, help="of strptime, e.g. %d/%m/%Y %H:%M; ISO 8601 and epoch numbers need none"
    )
    encoding: str = option("auto", help="auto (UTF-8, else cp1252) or the name of an encoding")
    page_size: int = option(2000, minimum=1, help="rows a page")


def column_of(settings: TableSettings) -> dict[str, str]:
    """Target to column, defaulting to the target's own name. Raises SettingsError."""
    for target in settings.columns:
        if target not in TARGETS:
            raise SettingsError(
                f"'columns' cannot fill {target!r}{did_you_mean(target, TARGETS)}",
                where=str(settings.path),
            )
    return {target: settings.columns.get(target, target) for target in TARGETS}


def decode(raw: bytes, encoding: str) -> str:
    """Text of a line, without a byte order mark and without NULs, which exports have at times."""
    if encoding != "auto":
        text = raw.decode(encoding, errors="replace")
    else:
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
    return text.removeprefix("\ufeff").replace("\0", "")


def check_encoding(settings: TableSettings) -> None:
    """Refuse an encoding that does not exist, or in which lines cannot be told apart by a byte."""
    try:
        usable = settings.encoding == "auto" or "a\n".encode(settings.encoding)[-2:] == b"a\n"
    except LookupError:
        usable = False
    if not usable:
        raise SettingsError(
            f"the encoding {settings.encoding!r} is unknown or not supported; use auto, utf-8, "
            "cp1252 or another that extends ASCII",
            where=str(settings.path),
        )


def to_events(row: Mapping[str, Any], source_id: str, timestamp_format: str | None) -> list[Event]:
    """The message of this row and, where the row says so, the user's verdict on it.

    ``row`` maps targets to values. Without a conversation id each row is a conversation of its own,
    named by its ``source_id``. Raises SkipRecord.
    """
    if "text" not in row:
        raise SkipRecord("there is no text")
    text = as_text(row["text"], "text") or ""
    speaker = as_text(row.get("speaker"), "speaker") or "user"
    kind = _SPEAKER.get(speaker.strip().lower())
    if kind is None:
        raise SkipRecord("the speaker is neither a user nor a bot")
    conversation = _identifier(row.get("conversation_id"), "conversation_id") or source_id
    message_id = _identifier(row.get("message_id"), "message_id")
    time = read_time(row.get("timestamp"), timestamp_format)
    channel = label(row.get("channel"))
    if kind == "user":
        prediction = _prediction(row, text)
        message = Event("user", conversation, source_id, time, text, message_id=message_id,
                        prediction=prediction, channel=channel,
                        language=label(row.get("language")))  # fmt: skip
    else:
        message = Event("bot", conversation, source_id, time, text, message_id=message_id,
                        channel=channel)  # fmt: skip
    value = row.get("feedback")
    if value in (None, "", 0, "0", "none", "None"):
        return [message]
    verdict = flag(value)
    if verdict is None:
        raise SkipRecord("the feedback is neither 1 nor -1 nor up nor down")
    return [
        message,
        Event("feedback", conversation, f"{source_id}/feedback", time, value=verdict,
              message_id=message_id),
    ]  # fmt: skip


def read_time(value: object, timestamp_format: str | None) -> datetime | None:
    """Aware UTC from ISO 8601, an epoch number (s, ms, µs, ns by size) or the given format."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return _from_epoch(value)
        if isinstance(value, str):
            text = value.strip()
            time = datetime.strptime(text, timestamp_format) if timestamp_format else _guess(text)
            aware = time.replace(tzinfo=timezone.utc) if time.tzinfo is None else time
            return aware.astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError):
        pass
    looks = f" ({shape(value)})" if isinstance(value, str) else ""
    raise SkipRecord(f"the timestamp is in no known format{looks}; set timestamp_format")


def _guess(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    except ValueError:
        match = _ISO.fullmatch(text)
    if match is None:
        return _from_epoch(float(text))
    day, clock, fraction, zone = match.groups()
    zone = "+00:00" if (zone or "").upper() in ("Z", "UTC", "GMT") else zone or ""
    zone = f"{zone[:3]}:{zone[-2:]}" if zone else ""
    seconds = clock if clock is None or len(clock) == 8 else f"{clock}:00"
    return datetime.fromisoformat(
        f"{day}T{seconds or '00:00:00'}.{(fraction or '0')[:6]:0<6}{zone}"
    )


def _from_epoch(number: float) -> datetime:
    divisor = next((divisor for limit, divisor in _EPOCH_UNITS if abs(number) < limit), 1e9)
    return datetime.fromtimestamp(number / divisor, timezone.utc)


def _prediction(row: Mapping[str, Any], text: str) -> LoggedPrediction | None:
    """What the columns know of a prediction; an intent without a confidence is none."""
    ranking, fallback = read_ranking(_entries(row.get("intent_ranking")))
    intent = as_text(row.get("intent"), "intent")
    if not ranking and intent and row.get("confidence") not in (None, ""):
        confidence = _number(row["confidence"], "confidence")
        ranking, fallback = read_ranking([{"name": intent, "confidence": confidence}])
    found = _json(row.get("entities"), "entities")
    if found is not None and not isinstance(found, list):
        raise SkipRecord("'entities' is no list")
    entities = read_entities(found, text) if found else ()
    fallback = fallback or intent == FALLBACK
    if not ranking and not entities and not fallback:
        return None
    return LoggedPrediction(ranking, is_complete(ranking), fallback, None, entities)


def _entries(value: object) -> list[Any]:
    """A ranking as Rasa writes it, as pairs, or as an object of name to confidence."""
    found = _json(value, "intent_ranking")
    if isinstance(found, dict):
        return [{"name": name, "confidence": number} for name, number in found.items()]
    if found is None:
        return []
    if not isinstance(found, list):
        raise SkipRecord("'intent_ranking' is no list")
    return [{"name": item[0], "confidence": item[1]} if _is_pair(item) else item for item in found]


def _is_pair(item: object) -> bool:
    return isinstance(item, list) and len(item) == 2


def _json(value: object, field: str) -> object:
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        parsed: object = orjson.loads(value)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        raise SkipRecord(f"'{field}' is no JSON") from None
    return parsed


def _number(value: object, field: str) -> float:
    """A number, or text with a decimal point or comma."""
    if isinstance(value, str):
        try:
            return float(value.strip().replace(",", "."))
        except ValueError:
            raise SkipRecord(f"'{field}' is no number") from None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise SkipRecord(f"'{field}' is no number")


def _identifier(value: object, field: str) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return as_text(value, field) or None
