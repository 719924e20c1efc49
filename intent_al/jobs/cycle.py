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

from intent_al.engines.base import SERVER
from intent_al.errors import ConfigError, WriteRefusedError
from intent_al.project.locks import lock
from intent_al.stages.apply import ApplyReport, Mode
from intent_al.stages.apply.of_project import apply_settings
from intent_al.stages.gate import PASSED, GateReport
from intent_al.stages.predict import PredictReport
from intent_al.stages.promote import PromoteReport
from intent_al.stages.retire import RetireReport
from intent_al.stages.retrain import RetrainReport
from intent_al.store import decisions, deployments, queue, runs, utterances
from intent_al.store.runs import Run
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.repository import ledger
from intent_al.workspace import Progress, Workspace

Bar = Callable[[str], AbstractContextManager[Progress]]

NOTHING, PROMOTED = "nothing to do", "promoted"
NO, WRITE, COMMIT = "no", "write", "commit"
FREQUENT = 5_000
"""Utterances that are predicted anew at once, those said most; the next `intake` does the rest."""

_DAY = 86_400.0


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


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a cycle would learn from: decisions up to ``newest``, ``count`` of them new."""

    count: int
    newest: int | None
    change: ChangeSet | None


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
    name = workspace.engine(engine).name
    if name == SERVER:
        raise ConfigError("a running bot cannot be trained over HTTP: use --engine rasa")
    how = apply or workspace.settings.cycle.apply
    with lock(workspace.project.state, "cycle"):
        last = runs.latest_run(workspace.store, name)
        idle = None if force else _idle(workspace, last, how, clock())
        if idle is not None:
            return CycleReport(NOTHING, idle)
        return _run(workspace, bar, name, how, last)


def _idle(workspace: Workspace, last: Run | None, how: str, now: float) -> str | None:
    """Why there is nothing to do; None where there is something. Opens no model."""
    if last is not None and _unfinished(workspace, last):
        return None
    settings = workspace.settings.cycle
    after = (last.decision or 0) if last is not None else 0
    new = _learnable(workspace, after, how)
    count = new.waiting + new.applied
    if count >= settings.decisions:
        return None
    since = last.created_at if last is not None else new.oldest_at
    if count and since is not None and now - since >= settings.days * _DAY:
        return None
    wanted = f"{count} new decisions, {settings.decisions} start a cycle"
    if count:
        wanted += f", or {settings.days:g} days"
    waiting = decisions.learnable(workspace.store, workspace.bot, 0, waiting=True).waiting
    if how == NO and waiting:
        wanted += (
            f"; {waiting} decisions wait for `intent-al apply`, which a cycle may do by itself "
            'with [cycle] apply = "write" or "commit"'
        )
    second = apply_settings(workspace.project).second
    unapproved = decisions.unapproved(workspace.store, workspace.bot, second)
    if how != NO and unapproved:
        wanted += f"; {unapproved} decisions wait for a second person, who approves on the page"
    return wanted


def _learnable(workspace: Workspace, after: int, how: str) -> decisions.Learnable:
    second = apply_settings(workspace.project).second
    return decisions.learnable(
        workspace.store, workspace.bot, after, waiting=how != NO, second=second
    )


def _unfinished(workspace: Workspace, last: Run) -> bool:
    """A run that was killed: nobody has judged it yet, or it has passed and is not live."""
    if last.recipe is None:
        return False  # of a version that knew no cycles
    if last.outcome is None:
        return True
    return last.outcome == PASSED and deployments.of_run(workspace.store, last.id) is None


def _run(workspace: Workspace, bar: Bar, engine: str, how: str, last: Run | None) -> CycleReport:
    plan = _plan(workspace, how, last)
    with bar("train"):
        retrained = _trained(workspace, engine, plan)
    run = runs.run_of(workspace.store, retrained.run)
    report = CycleReport("", "", plan.count, retrained)
    if run.outcome not in (None, PASSED):
        return replace(report, outcome=run.outcome, reason="judged before, and nothing is new")
    if run.outcome is None:
        with bar("gate"):
            gated = workspace.gate(run)
        report = replace(report, gated=gated)
        if gated.outcome != PASSED:
            return replace(report, outcome=gated.outcome, reason="; ".join(gated.reasons))
    report = replace(report, applied=_applied(workspace, plan, run, how))
    report = replace(report, promoted=workspace.promote(run))
    workspace.record_gate()
    with bar("predict") as progress:
        predicted = workspace.predict(progress, engine=engine, only=_first(workspace))
    retired = workspace.retire(predicted.model)
    reason = "; ".join(report.gated.reasons) if report.gated else "passed the gate before"
    return replace(report, outcome=PROMOTED, reason=reason, predicted=predicted, retired=retired)


def _plan(workspace: Workspace, how: str, last: Run | None) -> _Plan:
    after = (last.decision or 0) if last is not None else 0
    new = _learnable(workspace, after, how)
    newest = max(new.newest, after) or None
    change = workspace.preview(newest) if how != NO else None
    return _Plan(new.waiting + new.applied, newest, change)


def _trained(workspace: Workspace, engine: str, plan: _Plan) -> RetrainReport:
    change = plan.change or ChangeSet(workspace.project.root)
    with workspace.copy_with(change) as copy:
        return workspace.retrain(engine=engine, bot=copy, decision=plan.newest, reuse=True)


def _applied(workspace: Workspace, plan: _Plan, run: Run, how: str) -> ApplyReport | None:
    """What has passed, and nothing else, goes into the bot's files.

    Raises WriteRefusedError where the files or the decisions have changed in the meantime.
    """
    if plan.change is None or not plan.change.files:
        return None
    again = workspace.preview(plan.newest)
    with workspace.copy_with(again) as copy:
        holds = ledger.fingerprint(nlu_yaml.read(copy.data_paths))
    if holds != run.data_hash:
        raise WriteRefusedError(
            "the training data or the decisions changed while the candidate was trained, so what "
            "would be written is not what was judged; run the cycle again",
            where=workspace.project.root,
        )
    return workspace.apply(Mode(commit=how == COMMIT), plan.newest, gated=holds)


def _first(workspace: Workspace) -> list[int]:
    """What is asked of a new model at once: what is in the queue, and what people say most."""
    waiting = [item.utterance for item in queue.open_items(workspace.store)]
    frequent = utterances.most_said(workspace.store, workspace.bot, FREQUENT)
    return list(dict.fromkeys([*waiting, *frequent]))
