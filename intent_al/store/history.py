"""Who decided what, and how the work goes: read by the review page."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from intent_al.store import listing
from intent_al.store.database import Store


class Own(NamedTuple):
    """What a reviewer says of an item now."""

    decision: int
    outcome: str
    intent: str | None


class Past(NamedTuple):
    """One decision; ``stands`` where nothing has replaced or undone it."""

    id: int
    item: int
    text: str
    reviewer: str
    outcome: str
    intent: str | None
    decided_at: float
    seconds: float | None
    stands: bool


class Person(NamedTuple):
    name: str
    decided: int
    median_seconds: float | None
    last_at: float


class Day(NamedTuple):
    """A day in UTC, as 2026-11-30."""

    day: str
    decided: int
    median_seconds: float | None


def own(store: Store, item: int, reviewer: str) -> Own | None:
    rows = store.query(
        "SELECT id, outcome, intent FROM standing_decision WHERE item = ? AND reviewer = ?",
        (item, reviewer),
    )
    return Own(*rows[0]) if rows else None


def decided_since(store: Store, reviewer: str, since: float) -> int:
    """Different items, skips aside."""
    return store.count(
        "SELECT count(DISTINCT item) FROM decision WHERE reviewer = ? AND decided_at >= ?"
        " AND outcome NOT IN ('skip', 'undone')",
        (reviewer, since),
    )


def past(
    store: Store, *, reviewer: str | None = None, before: int | None = None, limit: int = 100
) -> list[Past]:
    """Decisions, the newest first; ``before`` an id goes on where a page ended."""
    rows = store.query(
        "SELECT decision.id, decision.item, text, decision.reviewer, decision.outcome,"
        " decision.intent, decision.decided_at, decision.seconds,"
        " decision.id IN (SELECT id FROM standing_decision"
        "  WHERE standing_decision.item = decision.item)"
        " FROM decision JOIN queue_item ON queue_item.id = decision.item"
        " JOIN utterance ON utterance.id = queue_item.utterance"
        " WHERE decision.reviewer = coalesce(?, decision.reviewer)"
        " AND decision.id < coalesce(?, decision.id + 1) ORDER BY decision.id DESC LIMIT ?",
        (reviewer, before, limit),
    )
    return [Past._make((*tuple(row)[:-1], bool(row[-1]))) for row in rows]


def per_day(store: Store, since: float) -> list[Day]:
    """The oldest first; days without a decision are left out."""
    rows = store.query(
        "SELECT date(decided_at, 'unixepoch') AS day, seconds FROM decision"
        " WHERE decided_at >= ? AND outcome NOT IN ('skip', 'undone') ORDER BY day",
        (since,),
    )
    found: dict[str, list[float | None]] = defaultdict(list)
    for day, seconds in rows:
        found[day].append(seconds)
    return [Day(day, len(times), _median(times)) for day, times in found.items()]


def people(store: Store) -> list[Person]:
    rows = store.query(
        "SELECT reviewer, seconds, decided_at FROM standing_decision WHERE outcome <> 'skip'"
    )
    found: dict[str, list[tuple[float | None, float]]] = defaultdict(list)
    for name, seconds, at in rows:
        found[name].append((seconds, at))
    result = []
    for name, times in found.items():
        median = _median([seconds for seconds, _ in times])
        result.append(Person(name, len(times), median, max(at for _, at in times)))
    return sorted(result, key=lambda one: -one.decided)


def _median(seconds: list[float | None]) -> float | None:
    timed = [one for one in seconds if one is not None]
    return statistics.median(timed) if timed else None


def said_by(store: Store) -> dict[str, dict[int, str]]:
    """Reviewer -> utterance -> the intent, or the outcome, that was their last word."""
    said: dict[str, dict[int, str]] = defaultdict(dict)
    for name, utterance, outcome, intent in store.query(
        "SELECT reviewer, utterance, outcome, intent FROM standing_decision"
        " WHERE outcome <> 'skip' ORDER BY id"
    ):
        said[name][utterance] = intent or outcome
    return said


def corrected(store: Store, limit: int) -> list[tuple[str, str, int]]:
    """(what the model found likeliest, what it really was, how often), the most frequent first."""
    rows = store.query(
        "SELECT likeliest, coalesce(resolution.intent, outcome), count(*) AS times"
        " FROM resolution JOIN queue_item ON queue_item.id = resolution.item"
        " WHERE outcome IN ('labelled', 'out_of_scope') AND likeliest IS NOT NULL"
        " AND likeliest IS NOT resolution.intent GROUP BY 1, 2 ORDER BY times DESC, 1, 2 LIMIT ?",
        (limit,),
    )
    return [(row[0], row[1], row[2]) for row in rows]


def counts(store: Store) -> Mapping[str, int]:
    return {
        "left": store.count("SELECT count(*) FROM open_item"),
        "disagreed": listing.count(store, listing.Filter(), "disagreed"),
        "decided": store.count("SELECT count(*) FROM resolution WHERE outcome <> 'skip'"),
    }
