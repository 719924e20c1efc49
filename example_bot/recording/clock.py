"""Six weeks in ten minutes: when each conversation is meant to have taken place.

The recording is done as fast as the bot answers, but a log without days and evenings would be
useless for everything that looks at time (drift, recency, batches per day). So the times are
planned first, messages are sent in the planned order (row ids ascend as they would have), and the
recorded timestamps are moved to the plan afterwards, turn by turn: within a turn the bot's real
latency stays.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

from conversations import Conversation

# Visits by hour of the day: office hours, a dip at tea time, and the sofa in the evening.
_HOURS = (1, 0, 0, 0, 0, 0, 1, 3, 6, 9, 10, 10, 11, 9, 8, 7, 6, 7, 9, 12, 13, 11, 6, 2)
_WEEKDAYS = (12, 10, 9, 9, 8, 6, 8)  # Monday first
_LEAST_HOURS_BETWEEN_VISITS = 3


@dataclass(frozen=True)
class PlayedTurn:
    """One request: what row ids it left behind, when it was sent, when it is meant to be."""

    first_id: int
    last_id: int
    sent: float
    planned: float


def _moment(rng: random.Random, start: datetime, days: int) -> datetime:
    dates = [start + timedelta(days=n) for n in range(days)]
    date = rng.choices(dates, [_WEEKDAYS[d.weekday()] for d in dates])[0]
    hour = rng.choices(range(24), _HOURS)[0]
    return date + timedelta(hours=hour, seconds=rng.uniform(0, 3600))


def plan_starts(
    conversations: Sequence[Conversation], start: str, days: int, seed: int
) -> dict[tuple[str, int], float]:
    """POSIX start time of every (sender, number); the visits of one sender stay in order."""
    first_day = datetime.fromisoformat(start).replace(tzinfo=timezone.utc)
    visits: dict[str, int] = {}
    for conversation in conversations:
        visits[conversation.sender] = max(
            visits.get(conversation.sender, 0), conversation.number + 1
        )
    starts: dict[tuple[str, int], float] = {}
    for sender, count in visits.items():
        rng = random.Random(f"{seed}/{sender}/visits")
        moments = sorted(_moment(rng, first_day, days) for _ in range(count))
        while any(
            later - earlier < timedelta(hours=_LEAST_HOURS_BETWEEN_VISITS)
            for earlier, later in pairwise(moments)
        ):
            moments = sorted(_moment(rng, first_day, days) for _ in range(count))
        for number, moment in enumerate(moments):
            starts[sender, number] = moment.timestamp()
    return starts


def move_timestamps(database: Path, turns: Iterable[PlayedTurn]) -> None:
    """Rewrite the time of every event, in the column and in its JSON, then compact the file."""
    connection = sqlite3.connect(database)
    with connection:
        for turn in turns:
            rows = connection.execute(
                "SELECT id, data FROM events WHERE id BETWEEN ? AND ?",
                (turn.first_id, turn.last_id),
            ).fetchall()
            for row_id, data in rows:
                event = json.loads(data)
                event["timestamp"] = turn.planned + max(0.0, event["timestamp"] - turn.sent)
                connection.execute(
                    "UPDATE events SET timestamp = ?, data = ? WHERE id = ?",
                    (event["timestamp"], json.dumps(event), row_id),
                )
    connection.execute("PRAGMA page_size = 32768")  # less is lost at the end of the pages
    connection.execute("VACUUM")
    connection.close()
