"""How the work goes: left, per day, per person, agreement, and what the model confuses."""

from __future__ import annotations

from flask import Blueprint, render_template

from intent_al.insights.agreement import agreements
from intent_al.store import history
from intent_al.web.access import Permission, needs
from intent_al.web.asked_most import SHOWN, asked_most
from intent_al.web.context import now, store

DAYS = 30

blueprint = Blueprint("progress", __name__)


@blueprint.get("/progress")
@needs(Permission.READ)
def progress() -> str:
    days = history.per_day(store(), now() - DAYS * 86_400)
    return render_template(
        "progress.html",
        counts=history.counts(store()),
        days=days,
        highest=max((one.decided for one in days), default=1),
        people=history.people(store()),
        agreements=agreements(store()),
        corrected=history.corrected(store(), SHOWN),
        asked=asked_most(),
    )
