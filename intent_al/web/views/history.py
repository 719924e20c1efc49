"""What was decided, the newest first, each with a button that takes it back."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request

from intent_al.store import history
from intent_al.web.access import Permission, needs
from intent_al.web.context import store
from intent_al.web.numbers import whole

PAGE = 100

blueprint = Blueprint("history", __name__)


@blueprint.get("/history")
@needs(Permission.READ)
def past() -> str:
    everybody = request.args.get("who") == "all"
    rows = history.past(
        store(),
        reviewer=None if everybody else g.user.name,
        before=whole(request.args.get("before")),
        limit=PAGE + 1,
    )
    return render_template(
        "history.html", rows=rows[:PAGE], more=len(rows) > PAGE, everybody=everybody
    )
