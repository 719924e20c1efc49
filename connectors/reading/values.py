"""Take a field out of foreign data: of the type it should have, or ``SkipRecord`` naming it.

Messages never quote what was found, because it may be what a person wrote.
"""

from __future__ import annotations

import re
from typing import Any

from connectors.errors import SkipRecord

_FLAGS = {
    "up": 1, "good": 1, "positive": 1, "pos": 1, "like": 1, "yes": 1, "true": 1,
    "down": -1, "bad": -1, "negative": -1, "neg": -1, "dislike": -1, "no": -1, "false": -1,
    "👍": 1, "👎": -1,
}  # fmt: skip


def as_text(value: object, field: str) -> str | None:
    """A text that UTF-8 can hold, or None."""
    if value is None:
        return None
    if type(value) is not str:
        raise SkipRecord(f"'{field}' is of type {type(value).__name__}, not text")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise SkipRecord(f"'{field}' holds half a character (a lone surrogate)") from None
    return value


LONGEST_LABEL = 100


def label(value: object) -> str | None:
    """A short name that is good to have, such as a channel: of another type, or too long, it is
    None, because no message shall be lost for it."""
    if type(value) is int:
        value = str(value)
    if type(value) is not str or not 0 < len(value) <= LONGEST_LABEL:
        return None
    try:
        value.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return None
    return value.strip() or None


def table(value: object, field: str) -> dict[str, Any]:
    """An object; a missing one is empty."""
    if type(value) is dict:
        return value
    if value is None:
        return {}
    raise SkipRecord(f"'{field}' is of type {type(value).__name__}, not an object")


def listed(value: object, field: str) -> list[Any]:
    """A list; a missing one is empty."""
    if type(value) is list:
        return value
    if value is None:
        return []
    raise SkipRecord(f"'{field}' is of type {type(value).__name__}, not a list")


def flag(value: object) -> int | None:
    """1 or -1 from a number or a word for it; None where it is neither."""
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _FLAGS:
            return _FLAGS[word]
        try:
            value = float(word)
        except ValueError:
            return None
    if isinstance(value, bool):
        return 1 if value else -1
    if isinstance(value, (int, float)) and value == value and value != 0:
        return 1 if value > 0 else -1
    return None


def shape(text: str) -> str:
    """How a value looks without what it says, to name a format: ``99/99/9999 99:99``."""
    looks = re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", text))
    return looks if len(looks) <= 30 else f"{looks[:30]}..."
