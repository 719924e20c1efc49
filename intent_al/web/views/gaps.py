"""Candidates for new intents: what people say that none is for, to be decided together."""

from __future__ import annotations

from flask import Blueprint, render_template

from intent_al import insights
from intent_al.insights import Insights
from intent_al.web.access import Permission, needs
from intent_al.web.desk import desk, now
from intent_al.workspace import Workspace

DAYS = 30
SHOWN = 20

blueprint = Blueprint("gaps", __name__)


@blueprint.get("/gaps")
@needs(Permission.READ)
def gaps() -> str:
    return render_template("gaps.html", found=found_gaps())


def found_gaps() -> Insights:
    """Takes seconds, so what was found some minutes ago will do."""
    return desk().gaps.get("", now(), _find)


def _find() -> Insights:
    with Workspace(desk().project) as workspace:
        return insights.gather(workspace, days=DAYS, limit=SHOWN, parts=("gaps",))
