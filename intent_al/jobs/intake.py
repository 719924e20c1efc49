"""Chains of stages for schedulers, each under its own lock; no logic of their own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from intent_al import steps
from intent_al.project.locks import lock
from intent_al.stages.predict import PredictReport
from intent_al.stages.pull import PullReport
from intent_al.stages.select import SelectReport
from intent_al.steps import Progress
from intent_al.store import queue
from intent_al.workspace import Workspace

Bar = Callable[[str], AbstractContextManager[Progress]]


@dataclass(frozen=True, slots=True)
class IntakeReport:
    pulled: PullReport
    predicted: PredictReport
    selected: SelectReport


def intake(workspace: Workspace, bar: Bar, *, size: int | None = None) -> IntakeReport:
    """Pull, predict, and top the queue up to ``size`` open items.

    A job that runs all day does not pile up what nobody has answered. Interrupted anywhere, the
    next run goes on from there.
    """
    with lock(workspace.project.state, "intake"):
        with bar("pull") as progress:
            pulled = steps.pull(workspace, progress)
        with bar("predict") as progress:
            predicted = steps.predict(workspace, progress)
        wanted = workspace.settings.select.size if size is None else size
        missing = wanted - len(queue.open_items(workspace.store))
        selected = SelectReport(None)
        if missing > 0:
            selected = steps.select(workspace, size=missing, top_up=True)
    return IntakeReport(pulled, predicted, selected)
