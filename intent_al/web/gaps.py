"""Gaps: what people ask and no intent answers, found now and then."""

from __future__ import annotations

from flask import g

from intent_al import insights
from intent_al.errors import UsageError
from intent_al.insights import Insights
from intent_al.insights.gaps import Gap
from intent_al.stages.select import by_hand
from intent_al.store import audit
from intent_al.web.context import context, now, store
from intent_al.web.messages import say
from intent_al.web.template_helpers import shortened
from intent_al.workspace import Workspace

DAYS = 30
SHOWN = 20
MOST = 50
"""Utterances of a gap that are decided together."""


def pick(name: str) -> int:
    """Put what of a gap is in no batch into the queue; how many texts that were."""
    reason = say("gap_reason", name=name)
    count = by_hand.pick(store(), gap_named(name).utterances[:MOST], reason=reason, now=now())
    if count:
        audit.record(store(), now(), g.user.name, "pick", "gap", {"items": count})
        context().crowd.forget()
    return count


def gap_named(name: str) -> Gap:
    """Raises UsageError where there is none of that name, or no longer."""
    for gap in found_gaps().gaps or ():
        if gap.name == name:
            return gap
    raise UsageError(say("no_such_gap", name=shortened(name, 60)))


def found_gaps() -> Insights:
    """Takes seconds, so what was found some minutes ago will do."""
    return context().gaps.get("", now(), _find)


def _find() -> Insights:
    with Workspace(context().project) as workspace:
        return insights.gather(workspace, days=DAYS, limit=SHOWN, parts=("gaps",))
