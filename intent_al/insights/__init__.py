"""What the conversations say that no single utterance does: for a team's weekly look.

Everything is read from the store and the bot's files; only vectors are kept, as a cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from intent_al.errors import NotEnoughDataError
from intent_al.insights.conversations import Conversations, troubled
from intent_al.insights.gaps import Gap, find_gaps
from intent_al.insights.labels import SuspectLabel, suspect_labels
from intent_al.insights.questions import Question, top_questions
from intent_al.insights.stopping import Stopping, weigh
from intent_al.insights.traffic import read_traffic
from intent_al.workspace import Workspace

__all__ = ["DAYS", "PARTS", "Insights", "gather"]

DAYS = 30
_DAY = 86_400.0

PARTS = ("gaps", "questions", "conversations", "labels", "stopping")


@dataclass(frozen=True, slots=True)
class Insights:
    """Parts that were not asked for are None. ``since`` and ``until``: UTC, None without times."""

    since: datetime | None
    until: datetime | None
    messages: int
    people: int
    gaps: tuple[Gap, ...] | None
    questions: tuple[Question, ...] | None
    conversations: Conversations | None
    labels: tuple[SuspectLabel, ...] | None
    stopping: Stopping | None


def gather(
    workspace: Workspace, *, days: int = DAYS, limit: int = 10, parts: tuple[str, ...] = PARTS
) -> Insights:
    """Of the last ``days`` before the newest message; at most ``limit`` of each kind.

    Raises NotEnoughDataError where nothing was said.
    """
    traffic = read_traffic(workspace.store, workspace.bot, days * _DAY)
    if not traffic.messages:
        raise NotEnoughDataError(
            "nobody has said anything yet: run `intent-al intake`, or `intent-al pull` at least"
        )

    store, bot = workspace.store, workspace.bot
    return Insights(
        _time(traffic.since),
        _time(traffic.until),
        len(traffic.messages),
        len({one.conversation for one in traffic.messages}),
        tuple(find_gaps(workspace, traffic)[:limit]) if "gaps" in parts else None,
        tuple(top_questions(store, traffic, limit)) if "questions" in parts else None,
        troubled(store, bot, traffic, limit) if "conversations" in parts else None,
        tuple(suspect_labels(workspace, limit)) if "labels" in parts else None,
        weigh(workspace) if "stopping" in parts else None,
    )


def _time(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, timezone.utc)
