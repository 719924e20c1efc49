"""Whether a cycle has enough to learn from, and what is missing where it has not."""

from __future__ import annotations

from intent_al.stages.apply import destination_of
from intent_al.store import decisions
from intent_al.store.decisions import Learnable
from intent_al.store.runs import Run
from intent_al.workspace import Workspace

_DAY = 86_400.0


def learnable(workspace: Workspace, last: Run | None, *, waiting: bool) -> Learnable:
    """The decisions that a candidate could learn from and that of run ``last`` could not.

    ``waiting`` counts those, too, that are not in the files yet. ``newest`` is 0 without any ever.
    """
    after = 0 if last is None else last.decision or 0
    second = destination_of(workspace.project).second
    found = decisions.learnable(
        workspace.store, workspace.bot, after, waiting=waiting, second=second
    )
    return found._replace(newest=max(found.newest, after))


def why_idle(
    workspace: Workspace, last: Run | None, new: Learnable, *, waiting: bool, now: float
) -> str | None:
    """Why there is nothing to do; None where there is something. Opens no model."""
    settings = workspace.settings.cycle
    count = new.waiting + new.applied
    if count >= settings.decisions:
        return None
    since = new.oldest_at if last is None else last.created_at
    if count and since is not None and now - since >= settings.days * _DAY:
        return None
    missing = f"{count} new decisions, {settings.decisions} start a cycle"
    if count:
        missing += f", or {settings.days:g} days"
    return missing + (_unapproved(workspace) if waiting else _unapplied(workspace))


def _unapplied(workspace: Workspace) -> str:
    count = decisions.learnable(workspace.store, workspace.bot, 0, waiting=True).waiting
    if not count:
        return ""
    return (
        f"; {count} decisions wait for `intent-al apply`, which a cycle may do by itself "
        'with [cycle] apply = "write" or "commit"'
    )


def _unapproved(workspace: Workspace) -> str:
    second = destination_of(workspace.project).second
    count = decisions.unapproved(workspace.store, workspace.bot, second)
    if not count:
        return ""
    return f"; {count} decisions wait for a second person, who approves on the page"
