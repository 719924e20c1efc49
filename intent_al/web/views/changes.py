"""What decisions would change in the bot's files, shown before it is written."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from intent_al.store import approvals
from intent_al.web.access import Permission, needs
from intent_al.web.changes import needs_second_person, pending, take
from intent_al.web.context import now, store
from intent_al.web.messages import say

LONGEST_DIFF = 5_000
"""Lines that a page shows; all of them are written."""

blueprint = Blueprint("changes", __name__)


@dataclass(frozen=True, slots=True)
class DiffLine:
    kind: str
    text: str


DONE = {"written": "approved", "approved": "approved_only", "withdrawn": "withdrawn"}
"""What a page before has done, and the words for it."""


@blueprint.get("/changes")
@needs(Permission.READ)
def changes() -> str:
    found = pending()
    lines = diff_lines(found.report.diff)
    done = DONE.get(request.args.get("done", ""))
    return render_template(
        "changes.html",
        pending=found,
        lines=lines[:LONGEST_DIFF],
        cut=len(lines),
        done=say(done) if done else "",
        second=needs_second_person(),
        granted=len(approvals.granted_by(store(), g.user.name)),
    )


@blueprint.post("/changes/approve")
@needs(Permission.APPROVE)
def approve() -> Response:
    only = request.form.get("only") == "approve"
    take(request.form.get("token", ""), write=not only)
    return _see("approved" if only else "written")


@blueprint.post("/changes/withdraw")
@needs(Permission.APPROVE)
def withdraw() -> Response:
    approvals.withdraw(store(), approver=g.user.name, now=now())
    return _see("withdrawn")


def _see(done: str) -> Response:
    return make_response(redirect(url_for("changes.changes", done=done), code=303))


def diff_lines(diff: str) -> list[DiffLine]:
    found = []
    for line in diff.split("\n"):
        if line.startswith(("+++", "---")):
            kind = "file"
        elif line.startswith("@@"):
            kind = "hunk"
        else:
            kind = {"+": "added", "-": "gone"}.get(line[:1], "same")
        found.append(DiffLine(kind, line))
    return found[:-1] if found and not found[-1].text else found
