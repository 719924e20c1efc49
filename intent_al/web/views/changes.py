"""What decisions would change in the bot's files, shown before it is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from intent_al.errors import BusyError, ConflictError
from intent_al.stages.apply import ApplyReport, Mode
from intent_al.store import audit, decisions
from intent_al.web.access import Permission, needs
from intent_al.web.desk import desk, now, store
from intent_al.web.texts import say
from intent_al.workspace import Workspace

LONGEST_DIFF = 5_000
"""Lines that a page shows; all of them are written."""

blueprint = Blueprint("changes", __name__)


@dataclass(frozen=True, slots=True)
class Pending:
    """``token`` stands for exactly this change: what is approved is what was seen."""

    report: ApplyReport
    newest: int
    token: str


@dataclass(frozen=True, slots=True)
class DiffLine:
    kind: str
    text: str


@blueprint.get("/changes")
@needs(Permission.READ)
def changes() -> str:
    found = pending()
    lines = diff_lines(found.report.diff)
    done = request.args.get("done", "") == "written"
    return render_template(
        "changes.html", pending=found, lines=lines[:LONGEST_DIFF], cut=len(lines), done=done
    )


@blueprint.post("/changes/approve")
@needs(Permission.APPROVE)
def approve() -> Response:
    write(request.form.get("token", ""))
    return make_response(redirect(url_for("changes.changes", done="written"), code=303))


def pending() -> Pending:
    with Workspace(desk().project) as workspace:
        return _pending(workspace)


def _pending(workspace: Workspace) -> Pending:
    newest = decisions.newest_waiting(workspace.store, workspace.bot)
    report = workspace.apply(Mode(dry_run=True), up_to=newest)
    seen = f"{newest}\n{report.diff}".encode("utf-8", "surrogatepass")
    return Pending(report, newest, hashlib.sha256(seen).hexdigest())


def write(token: str) -> ApplyReport:
    """Raises MovedOnError where the change is another one by now, BusyError where somebody else is
    at it."""
    if not desk().applying.acquire(blocking=False):
        raise BusyError(say("busy"))
    try:
        with Workspace(desk().project) as workspace:
            found = _pending(workspace)
            if found.token != token:
                raise MovedOnError
            report = workspace.apply(up_to=found.newest)
    finally:
        desk().applying.release()
    after: audit.State = {"decision": found.newest, "files": list(report.files)}
    audit.record(store(), now(), g.user.name, "apply", "training data", after)
    return report


class MovedOnError(ConflictError):
    def __init__(self) -> None:
        super().__init__("", "", None)
        self.args = (say("moved_on"),)
        self.message = say("moved_on")


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
