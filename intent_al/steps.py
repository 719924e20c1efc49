"""One function a stage: what it needs of an open project is put together here, and nothing decided.

Commands, jobs, the page and the demo take these steps; a stage knows none of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from intent_al.engines.base import Engine
from intent_al.engines.logs import sources
from intent_al.errors import NotEnoughDataError
from intent_al.project.config import Project
from intent_al.project.locks import lock
from intent_al.stages import apply as apply_stage
from intent_al.stages import gate as gate_stage
from intent_al.stages import predict as predict_stage
from intent_al.stages import promote as promote_stage
from intent_al.stages import pull as pull_stage
from intent_al.stages import retire as retire_stage
from intent_al.stages import retrain as retrain_stage
from intent_al.stages import select as select_stage
from intent_al.stages.apply import INTO_FILES, ApplyReport, Edit, EditReport, Mode, UndoReport
from intent_al.stages.apply import destination_of as destination
from intent_al.stages.gate import GateReport
from intent_al.stages.predict import PredictReport
from intent_al.stages.promote import PromoteReport
from intent_al.stages.pull import PullReport
from intent_al.stages.retire import RetireReport
from intent_al.stages.retrain import RetrainReport
from intent_al.stages.select import SelectReport
from intent_al.store import queue, runs, utterances
from intent_al.store.runs import Run
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.repository.training_copy import make_copy
from intent_al.workspace import FILES_LOCK, Workspace

Progress = Callable[[int, "int | None"], None]


def _silent(done: int, total: int | None) -> None:
    pass


def pull(workspace: Workspace, progress: Progress = _silent) -> PullReport:
    """Read what is new in every source."""
    return pull_stage.pull(
        workspace.store,
        sources(workspace.project),
        workspace.masker,
        bot=workspace.bot,
        language=workspace.settings.bot.language,
        progress=progress,
    )


def predict(
    workspace: Workspace,
    progress: Progress = _silent,
    *,
    engine: Engine | None = None,
    only: Sequence[int] | None = None,
) -> PredictReport:
    """Ask the model that ``engine`` (that of the settings) has in use about every new utterance,
    or about ``only`` some.

    Raises NotEnoughDataError where nothing was said that it could be asked about.
    """
    store, bot = workspace.store, workspace.bot
    if not utterances.any_spoken(store, bot):
        turns = utterances.turns(store, bot)
        found = f"{turns:,} user turns, none of them free text" if turns else "no user message"
        raise NotEnoughDataError(
            f"{found} so far: run `intent-al pull`, and see that the source is the log that "
            "the bot writes to",
            where=workspace.project.database,
        )
    asked = engine or workspace.engine()
    model = asked.live()
    return predict_stage.predict(
        store,
        model,
        lambda: asked.open(model),
        bot=bot,
        kind=asked.name,
        held_out=None if asked.calibrated else workspace.held_out(),
        only=only,
        chunk=asked.chunk,
        progress=progress,
    )


def select(
    workspace: Workspace,
    *,
    size: int | None = None,
    strategy: str | None = None,
    seed: int | None = None,
    top_up: bool = False,
) -> SelectReport:
    """Choose a batch by the project's settings; arguments that are not None win."""
    settings, reviews = workspace.settings.select, workspace.settings.review
    wanted = select_stage.BatchRequest(
        size=settings.size if size is None else size,
        strategy=strategy or settings.strategy,
        audit_share=settings.audit_share,
        per_sender=settings.per_sender,
        answers=reviews.answers,
        answers_share=reviews.answers_share,
        training=[one.example for one in workspace.training_data.examples],
        held_out=workspace.held_out_texts(),
        seed=workspace.settings.model.seed if seed is None else seed,
        top_up=top_up,
        language=workspace.settings.bot.language,
        mask=workspace.masker.mask,
    )
    return select_stage.select(workspace.store, wanted, bot=workspace.bot, encode=workspace.encode)


def apply(
    workspace: Workspace,
    mode: Mode = INTO_FILES,
    up_to: int | None = None,
    gated: str | None = None,
    approver: str | None = None,
) -> ApplyReport:
    """Write what is decided into the bot's files, one process at a time."""
    with _files_change(workspace):
        return apply_stage.apply(
            workspace.store,
            destination(workspace.project, approver),
            bot=workspace.bot,
            held_out=_judged_by(workspace),
            mode=mode,
            up_to=up_to,
            gated=gated,
        )


def preview(workspace: Workspace, up_to: int | None = None) -> ChangeSet:
    """The change of the training data that ``apply`` would make now."""
    return apply_stage.preview(
        workspace.store,
        destination(workspace.project),
        bot=workspace.bot,
        held_out=_judged_by(workspace),
        up_to=up_to,
    )


def edit(workspace: Workspace, wanted: Edit, mode: Mode = INTO_FILES) -> EditReport:
    """Carry out an edit of the team's own."""
    with _files_change(workspace):
        return apply_stage.edit(workspace.store, destination(workspace.project), wanted, mode=mode)


def undo(workspace: Workspace, *, dry_run: bool = False) -> UndoReport:
    """Take the last apply or edit back."""
    with _files_change(workspace):
        return apply_stage.undo(workspace.store, destination(workspace.project), dry_run=dry_run)


def retrain(
    workspace: Workspace,
    *,
    engine: Engine | None = None,
    bot: Project | None = None,
    decision: int | None = None,
    reuse: bool = False,
) -> RetrainReport:
    """Train a candidate on the bot's files as they are now, or on those of a copy ``bot``."""
    return retrain_stage.retrain(
        workspace.store,
        engine or workspace.engine(),
        bot or workspace.project,
        decision=decision,
        reuse=reuse,
    )


def gate(workspace: Workspace, run: Run | None = None) -> GateReport:
    """Judge a candidate, the last one unless ``run`` names another, against what is live."""
    settings = workspace.settings.gate
    run = run or runs.latest_run(workspace.store)
    if run is None:
        raise NotEnoughDataError("there is no candidate yet: run `intent-al retrain` first")
    asked = workspace.engine(run.engine)
    current = asked.served()
    return gate_stage.gate(
        workspace.store,
        asked.open,
        workspace.test_sets(),
        run=run,
        current_id=current,
        tolerance=settings.tolerance,
        minimum_items=settings.minimum_items,
        intent_tolerance=settings.intent_tolerance,
        stories=asked.story_figures(run.model, current) if current else None,
        seed=workspace.settings.model.seed,
    )


def record_gate(workspace: Workspace) -> bool:
    """Leave word for the build pipeline, in the ledger, of what passed the gate last."""
    with lock(workspace.project.state, FILES_LOCK):
        return apply_stage.record_gate(workspace.store, destination(workspace.project))


def promote(workspace: Workspace, run: Run) -> PromoteReport:
    """Bring the candidate of ``run`` live."""
    return promote_stage.promote(workspace.store, run, workspace.engine(run.engine).releases)


def rollback(workspace: Workspace) -> PromoteReport:
    """Make what was live before the newest again; what the model retired waits again."""
    engine = workspace.engine(promote_stage.released_by(workspace.store))
    report = promote_stage.rollback(workspace.store, engine.releases)
    if report.taken_back is not None:
        retire_stage.bring_back(workspace.store, report.taken_back)
    return report


def retire(workspace: Workspace, model: str) -> RetireReport:
    """Take out of the queue what ``model`` is sure of."""
    threshold = workspace.settings.cycle.retire_at
    return retire_stage.retire(workspace.store, model=model, threshold=threshold)


@contextmanager
def copy_with(workspace: Workspace, change: ChangeSet | None, engine: Engine) -> Iterator[Project]:
    """A copy of the bot's folder in which ``change`` is made, for ``engine`` to train in."""
    project = workspace.project
    change = change or ChangeSet(project.root)
    folder = project.state / "training" / "bot"
    make_copy(project.root, folder, change, engine.trained_from(project))
    try:
        yield replace(project, root=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _files_change(workspace: Workspace) -> Iterator[None]:
    with lock(workspace.project.state, FILES_LOCK):
        yield
    workspace.files_changed()


def _judged_by(workspace: Workspace) -> list[str]:
    """Texts that must not be learned from, since models are judged by them."""
    return [*workspace.held_out_texts(), *queue.audited_texts(workspace.store)]
