"""Who changed what, for an admin: the log of decisions, files, people and tokens."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from intent_al.store import accounts, audit
from intent_al.web.access import Permission, needs
from intent_al.web.context import store
from intent_al.web.numbers import whole

PAGE = 100

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@needs(Permission.ADMIN)
def log() -> str:
    rows = audit.entries(store(), before=whole(request.args.get("before")), limit=PAGE + 1)
    return render_template("audit.html", rows=rows[:PAGE], more=len(rows) > PAGE)


@blueprint.get("/people")
@needs(Permission.ADMIN)
def people() -> str:
    return render_template(
        "people.html", users=accounts.users(store()), tokens=accounts.tokens(store())
    )
