"""From decisions to a better bot, in steps that each can be the last one.

Every step is known by what it was made of: a candidate by its recipe, a verdict by its run, a
deployment by its run. So a cycle that was killed goes on where it was, without a record of its own:
what is done already is found and not done again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from intent_al import steps
from intent_al.engines.base import Engine
from intent_al.errors import ConfigError
from intent_al.jobs.idle import learnable, why_idle
from intent_al.project.locks import lock
from intent_al.stages.apply import ApplyReport, Mode
from intent_al.stages.gate import PASSED, GateReport
from intent_al.stages.predict import PredictReport
from intent_al.stages.promote import PromoteReport
from intent_al.stages.retire import RetireReport
from intent_al.stages.retrain import RetrainReport
from intent_al.steps import Progress
from intent_al.store import Store, deployments, queue, runs, utterances
from intent_al.store.decisions import Learnable
from intent_al.store.runs import Run
from intent_al.workspace import Workspace

Bar = Callable[[str], AbstractContextManager[Progress]]

NOTHING, PROMOTED = "nothing to do", "promoted"
NO, WRITE, COMMIT = "no", "write", "commit"
FREQUENT = 5_000
"""Utterances that are predicted anew at once, those said most; the next `intake` does the rest."""


@dataclass(frozen=True, slots=True)
class CycleReport:
    """``outcome`` is "nothing to do", "refused", "inconclusive" or "promoted"; ``reason`` says why.

    The other fields are the reports of the steps that were taken, None for those that were not.
    """

    outcome: str
    reason: str
    decisions: int = 0
    retrained: RetrainReport | None = None
    gated: GateReport | None = None
    applied: ApplyReport | None = None
    promoted: PromoteReport | None = None
    predicted: PredictReport | None = None
    retired: RetireReport | None = None


def cycle(
    workspace: Workspace,
    bar: Bar,
    *,
    engine: str | None = None,
    apply: str | None = None,
    force: bool = False,
    clock: Callable[[], float] = time.time,
) -> CycleReport:
    """Retrain, gate, apply and promote, when there is enough to learn from.

    ``apply`` says what may happen to decisions that wait: "no", "write" or "commit". ``force``
    trains without anything new. The bot's files and its live model change after the gate only.
    """
    asked = workspace.engine(engine)
    if asked.untrainable is not None:
        raise ConfigError(asked.untrainable)
    how = apply or workspace.settings.cycle.apply
    with lock(workspace.project.state, "cycle"):
        last = runs.latest_run(workspace.store, asked.name)
        new = learnable(workspace, last, waiting=how != NO)
        if not force and (last is None or not _unfinished(workspace.store, last)):
            idle = why_idle(workspace, last, new, waiting=how != NO, now=clock())
            if idle is not None:
                return CycleReport(NOTHING, idle)
        return _run(workspace, bar, asked, how, new)


def _unfinished(store: Store, last: Run) -> bool:
    """A run that was killed: nobody has judged it yet, or it has passed and is not live."""
    if last.recipe is None:
        return False  # of a version that knew no cycles
    if last.outcome is None:
        return True
    return last.outcome == PASSED and deployments.of_run(store, last.id) is None


def _run(workspace: Workspace, bar: Bar, engine: Engine, how: str, new: Learnable) -> CycleReport:
    newest = new.newest or None
    change = steps.preview(workspace, newest) if how != NO else None
    with bar("train"), steps.copy_with(workspace, change, engine) as copy:
        retrained = steps.retrain(workspace, engine=engine, bot=copy, decision=newest, reuse=True)
    run = runs.run_of(workspace.store, retrained.run)
    report = CycleReport("", "", new.waiting + new.applied, retrained)
    if run.outcome not in (None, PASSED):
        return replace(report, outcome=run.outcome, reason="judged before, and nothing is new")
    if run.outcome is None:
        with bar("gate"):
            gated = steps.gate(workspace, run)
        report = replace(report, gated=gated)
        if gated.outcome != PASSED:
            return replace(report, outcome=gated.outcome, reason="; ".join(gated.reasons))
    if change:
        # what has passed, and nothing else: the step refuses what would teach anything different
        mode = Mode(commit=how == COMMIT)
        applied = steps.apply(workspace, mode, newest, gated=run.data_hash)
        report = replace(report, applied=applied)
    report = replace(report, promoted=steps.promote(workspace, run))
    steps.record_gate(workspace)
    with bar("predict") as progress:
        predicted = steps.predict(workspace, progress, engine=engine, only=_first(workspace))
    retired = steps.retire(workspace, predicted.model)
    reason = "; ".join(report.gated.reasons) if report.gated else "passed the gate before"
    return replace(report, outcome=PROMOTED, reason=reason, predicted=predicted, retired=retired)


def _first(workspace: Workspace) -> list[int]:
    """What is asked of a new model at once: what is in the queue, and what people say most."""
    waiting = [item.utterance for item in queue.open_items(workspace.store)]
    frequent = utterances.most_said(workspace.store, workspace.bot, FREQUENT)
    return list(dict.fromkeys([*waiting, *frequent]))
