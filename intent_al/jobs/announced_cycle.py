"""A cycle that says how it ended: to the project's webhook, and in a report on its verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from intent_al import reports
from intent_al.errors import IntentAlError
from intent_al.jobs.cycle import NOTHING, Bar, CycleReport, cycle
from intent_al.system import webhook
from intent_al.workspace import Workspace

Warn = Callable[[str], None]


def announced_cycle(
    workspace: Workspace,
    bar: Bar,
    warn: Warn,
    *,
    engine: str | None = None,
    apply: str | None = None,
    force: bool = False,
) -> CycleReport:
    """``cycle``, with word of its end; ``warn`` is told where nobody could be told."""
    try:
        report = cycle(workspace, bar, engine=engine, apply=apply, force=force)
    except IntentAlError as error:
        # not its message, which may quote a file
        failed = {"error": type(error).__name__, "exit_code": error.exit_code}
        _tell(workspace, {"outcome": "failed", **failed}, warn)
        raise
    if report.gated is not None:
        reports.write(workspace.store, workspace.bot, workspace.project.state)
    if report.outcome != NOTHING:
        _tell(workspace, summary(report), warn)
    return report


def summary(report: CycleReport) -> dict[str, Any]:
    """Figures and names, without a word of what anybody wrote."""
    found: dict[str, Any] = {"outcome": report.outcome, "decisions": report.decisions}
    if report.gated is not None:
        row = report.gated.overall
        names = ("items", "before", "after", "low", "high")
        found |= {"reason": report.reason} | {name: getattr(row, name) for name in names}
    if report.retrained is not None:
        found |= {"run": report.retrained.run, "model": report.retrained.model}
    if report.promoted is not None:
        found["archive"] = Path(report.promoted.archive or "").name or None
    return found


def _tell(workspace: Workspace, payload: dict[str, Any], warn: Warn) -> None:
    url = workspace.settings.cycle.webhook
    if url:
        note = webhook.tell(url, {"bot": workspace.bot, **payload})
        if note is not None:
            warn(note)
