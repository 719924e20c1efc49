"""What decisions would change in the bot's files: seen, approved, written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import g

from intent_al import steps
from intent_al.errors import BusyError, ConflictError, UsageError
from intent_al.project.settings import SECOND_PERSON
from intent_al.stages.apply import ApplyReport, Mode
from intent_al.store import approvals, audit, decisions
from intent_al.web.access import Permission, may
from intent_al.web.context import context, now, store
from intent_al.web.messages import say
from intent_al.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Pending:
    """``token`` stands for exactly this change: what is approved is what was seen."""

    report: ApplyReport
    newest: int
    token: str


def needs_second_person() -> bool:
    return context().project.settings.apply.approval == SECOND_PERSON


def pending() -> Pending:
    """What is to be written, with what an approver would approve by that; to others, all of it."""
    with Workspace(context().project) as workspace:
        return _pending(workspace)


def _pending(workspace: Workspace) -> Pending:
    newest = decisions.newest_waiting(workspace.store, workspace.bot)
    approver = g.user.name if may(Permission.APPROVE) else ""
    report = steps.apply(workspace, Mode(dry_run=True), up_to=newest, approver=approver)
    seen = f"{newest}\n{report.diff}".encode("utf-8", "surrogatepass")
    return Pending(report, newest, hashlib.sha256(seen).hexdigest())


def take(token: str, *, write: bool) -> ApplyReport:
    """Approve the change that ``token`` stands for, and write it.

    Raises ConflictError where it is another one by now, BusyError where somebody else is at it, and
    UsageError for an approval alone where the project wants none.
    """
    if not write and not needs_second_person():
        raise UsageError(say("no_second_person"))
    if not context().applying.acquire(blocking=False):
        raise BusyError(say("busy"))
    try:
        with Workspace(context().project) as workspace:
            found = _pending(workspace)
            if found.token != token:
                raise ConflictError(say("moved_on"))
            if needs_second_person():
                who, chosen = g.user.name, found.report.decisions
                approvals.grant(workspace.store, chosen, approver=who, now=now())
            if not write:
                return found.report
            report = steps.apply(workspace, up_to=found.newest)
    finally:
        context().applying.release()
    after: audit.State = {"decision": found.newest, "files": list(report.files)}
    audit.record(store(), now(), g.user.name, "apply", "training data", after)
    return report
