"""The filter of the queue in a URL: so that it can be kept, and sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta, timezone
from typing import Any

from intent_al.errors import UsageError
from intent_al.plugins import did_you_mean
from intent_al.store import listing
from intent_al.store.listing import Filter
from intent_al.web.numbers import whole

TEXTUAL = ("intent", "second", "quota", "source", "channel", "language", "who", "text")
NAMES = (*TEXTUAL, "score", "after", "before")
LONGEST = 200
assert {one.name for one in fields(Filter)} >= set(TEXTUAL)


def read(values: Mapping[str, str]) -> Filter:
    """Raises UsageError for a score that is no number and a day that is no day."""
    texts: dict[str, Any] = {name: values.get(name, "").strip()[:LONGEST] for name in TEXTUAL}
    score = values.get("score", "").strip()
    try:
        least = float(score) if score else None
    except ValueError:
        raise UsageError(f"a score is a number from 0 to 1, not {score[:40]!r}") from None
    last = _day(values.get("before", ""))
    return Filter(
        **texts,
        score=least,
        said_after=_seconds(_day(values.get("after", ""))),
        said_before=_seconds(last + timedelta(days=1) if last else None),
    )


def given(values: Mapping[str, str]) -> dict[str, str]:
    """What of a URL is a filter and says something."""
    return {name: values[name][:LONGEST] for name in NAMES if values.get(name, "").strip()}


def _day(text: str) -> datetime | None:
    text = text.strip()
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=timezone.utc) if text else None
    except ValueError:
        raise UsageError(f"a day is written 2026-11-25, not {text[:40]!r}") from None


def _seconds(day: datetime | None) -> float | None:
    return None if day is None else day.timestamp()


PAGE = 50


def state_of(values: Any) -> str:
    return _one_of(listing.STATES, values.get("state", "open"), "state")


def sort_of(values: Any) -> str:
    return _one_of(listing.SORTS, values.get("sort", "queue"), "sort")


def page_of(values: Any) -> int:
    return max(1, min(whole(values.get("page")) or 1, 1_000_000))


def _one_of(names: Any, name: str, what: str) -> str:
    if name not in names:
        hint = did_you_mean(name[:40], names)
        raise UsageError(f"there is no {what} {name[:40]!r}{hint}")
    return name
