"""A bot's project, opened: its store, its secrets, its training and test data.

Stages get what they need from here, so that none of them knows where a project keeps things, and
command line, jobs and demo open a project in the same way.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from intent_al.encoders.cached import CachedEncoder
from intent_al.encoders.registry import open_encoder
from intent_al.engines.base import (
    BUILTIN,
    CANDIDATES,
    RASA,
    BuiltinEngine,
    Engine,
    RasaEngine,
    ServerEngine,
)
from intent_al.engines.builtin_models import BuiltinModels, read_training_data
from intent_al.engines.rasa import project as rasa_project
from intent_al.engines.rasa.archive import live_archive, read_archive
from intent_al.engines.rasa.ids import stored_id
from intent_al.errors import BusyError, ConfigError, NotEnoughDataError
from intent_al.project.config import ENGINES, Project
from intent_al.project.locks import lock
from intent_al.project.state import masking_key, state_folder
from intent_al.records import Example, FloatArray
from intent_al.stages import apply, gate, predict, promote, pull, retire, retrain, select
from intent_al.stages.apply import (
    INTO_FILES,
    ApplyReport,
    Edit,
    EditReport,
    Mode,
    UndoReport,
)
from intent_al.stages.apply.of_project import apply_settings
from intent_al.stages.gate import TestSet
from intent_al.stages.promote import Place, PromoteReport, Tell
from intent_al.store import Store, decisions, queue, runs, utterances
from intent_al.store.runs import Run
from intent_al.texts.masking import Masker
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.labelled import read_test_file
from intent_al.training_data.placed import TrainingData
from intent_al.training_data.repository.training_copy import make_copy

if TYPE_CHECKING:
    from intent_al.nlu.builtin import BuiltinModel

Progress = Callable[[int, "int | None"], None]


RASA_CHUNK = 1_000
"""Utterances that Rasa predicts between two commits: a few seconds of work."""

AUDIT = "audit sample"
"""Name of the test set that reviewers make of the traffic itself."""


class Workspace:
    """Use it as a context manager. Opening finishes or reverts what a kill left half-done."""

    def __init__(
        self, project: Project, trained: MutableMapping[str, BuiltinModel] | None = None
    ) -> None:
        """``trained`` are models by id that need not be trained again, shared by the demo."""
        self.project = project
        self.settings = project.settings
        self.bot = project.settings.bot.name
        state_folder(project.state)
        self.masker = Masker(
            masking_key(project.state / "masking.key"),
            project.settings.masking.rules,
            project.settings.masking.patterns,
        )
        self.store = Store(project.database)
        self._models = BuiltinModels(project, self.snapshots, {} if trained is None else trained)
        self._engines: dict[str, Engine] = {}
        self.notes = self._recover()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for engine in self._engines.values():
            engine.close()
        self.store.close()

    def pull(self, progress: Progress = lambda done, total: None) -> pull.PullReport:
        return pull.pull(
            self.store,
            rasa_project.sources(self.project),
            self.masker,
            bot=self.bot,
            language=self.settings.bot.language,
            progress=progress,
        )

    def predict(
        self,
        progress: Progress = lambda done, total: None,
        *,
        engine: str | None = None,
        only: Sequence[int] | None = None,
    ) -> predict.PredictReport:
        """Ask the model in use about every new utterance, or about ``only`` some.

        Raises NotEnoughDataError where nothing was said that it could be asked about.
        """
        if not utterances.any_spoken(self.store, self.bot):
            turns = utterances.turns(self.store, self.bot)
            found = f"{turns:,} user turns, none of them free text" if turns else "no user message"
            raise NotEnoughDataError(
                f"{found} so far: run `intent-al pull`, and see that the source is the log that "
                "the bot writes to",
                where=self.project.database,
            )
        asked = self.engine(engine)
        model = asked.live()
        return predict.predict(
            self.store,
            model,
            lambda: asked.open(model),
            bot=self.bot,
            kind=asked.name,
            held_out=self.held_out() if asked.name != BUILTIN else None,
            only=only,
            chunk=predict.CHUNK if asked.name == BUILTIN else RASA_CHUNK,
            progress=progress,
        )

    def select(
        self,
        *,
        size: int | None = None,
        strategy: str | None = None,
        seed: int | None = None,
        top_up: bool = False,
    ) -> select.SelectReport:
        """Choose a batch by the project's settings; arguments that are not None win."""
        settings = self.settings.select
        wanted = select.Wanted(
            size=settings.size if size is None else size,
            strategy=strategy or settings.strategy,
            audit_share=settings.audit_share,
            per_sender=settings.per_sender,
            answers=self.settings.review.answers,
            answers_share=self.settings.review.answers_share,
            training=[one.example for one in self.training_data.examples],
            held_out=self.held_out_texts(),
            seed=self.settings.model.seed if seed is None else seed,
            top_up=top_up,
            language=self.settings.bot.language,
            mask=self.masker.mask,
        )
        return select.select(self.store, wanted, bot=self.bot, encode=self.encode)

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Vectors (n, d) of texts by the encoder of the settings, from the store where it has them.

        Raises ConfigError for an encoder that there is not, or whose library is missing.
        """
        encoder = open_encoder(
            self.settings.select.encoder,
            texts,
            self.settings.model.seed,
            folder=self.project.root,
        )
        return CachedEncoder(encoder, self.store).encode(texts)

    def apply(
        self,
        mode: Mode = INTO_FILES,
        up_to: int | None = None,
        gated: str | None = None,
        approver: str | None = None,
    ) -> ApplyReport:
        """Write what is decided into the bot's files, one process at a time; see ``apply``."""
        with self._files_change():
            return apply.apply(
                self.store,
                apply_settings(self.project, approver),
                bot=self.bot,
                held_out=[*self.held_out_texts(), *queue.audited_texts(self.store)],
                mode=mode,
                up_to=up_to,
                gated=gated,
            )

    def edit(self, wanted: Edit, mode: Mode = INTO_FILES) -> EditReport:
        """Carry out an edit of the team's own."""
        with self._files_change():
            return apply.edit(self.store, apply_settings(self.project), wanted, mode=mode)

    def undo(self, *, dry_run: bool = False) -> UndoReport:
        """Take the last apply or edit back."""
        with self._files_change():
            return apply.undo(self.store, apply_settings(self.project), dry_run=dry_run)

    def record_gate(self) -> bool:
        """Leave word for the build pipeline, in the ledger, of what passed the gate last."""
        with lock(self.project.state, "apply"):
            return apply.record_gate(self.store, apply_settings(self.project))

    @contextmanager
    def _files_change(self) -> Iterator[None]:
        with lock(self.project.state, "apply"):
            yield
        self.__dict__.pop("training_data", None)

    def engine(self, name: str | None = None) -> Engine:
        """Who predicts and trains: the engine of that name, or the one of the settings.

        Raises ConfigError for one that there is not.
        """
        chosen = name or self.settings.model.engine
        if chosen not in ENGINES:
            raise ConfigError(f"there is no engine {chosen!r}; there are {', '.join(ENGINES)}")
        if chosen not in self._engines:
            if chosen == BUILTIN:
                made: Engine = BuiltinEngine(self.project, self._models)
            else:
                made = (RasaEngine if chosen == RASA else ServerEngine)(self.project)
            self._engines[chosen] = made
        return self._engines[chosen]

    def retrain(
        self,
        *,
        engine: str | None = None,
        bot: Project | None = None,
        decision: int | None = None,
        reuse: bool = False,
    ) -> retrain.RetrainReport:
        """Train a candidate on the bot's files as they are now, or on those of a copy ``bot``."""
        asked = self.engine(engine)
        files = bot or self.project
        recipe = asked.recipe(files, decision)
        candidates = self.project.state / CANDIDATES
        return retrain.retrain(
            self.store,
            recipe,
            lambda: asked.train(files, recipe),
            exists=lambda name: (candidates / name).is_file(),
            reuse=reuse,
        )

    def gate(self, run: Run | None = None) -> gate.GateReport:
        """Judge a candidate, the last one unless ``run`` names another, against what is live."""
        settings = self.settings.gate
        run = run or runs.latest_run(self.store)
        if run is None:
            raise NotEnoughDataError("there is no candidate yet: run `intent-al retrain` first")
        asked = self.engine(run.engine)
        current, stories = None, None
        if isinstance(asked, RasaEngine):
            current = asked.live()
            stories = asked.story_figures(run.model, current)
        return gate.gate(
            self.store,
            asked.open,
            self.test_sets(),
            run=run,
            current_id=current,
            tolerance=settings.tolerance,
            minimum_items=settings.minimum_items,
            intent_tolerance=settings.intent_tolerance,
            stories=stories,
            seed=self.settings.model.seed,
        )

    def promote(self, run: Run) -> PromoteReport:
        """Bring the candidate of ``run`` live."""
        candidate = None if run.archive is None else self.project.state / CANDIDATES / run.archive
        return promote.promote(self.store, run, candidate, self._place(), stored_model=run.model)

    def rollback(self) -> PromoteReport:
        """Make what was live before the newest again; what the model retired waits again."""
        live = live_archive(self.project.models_path)
        report = promote.rollback(self.store, self._place(), stored_id=stored_id)
        if live is not None:
            retire.bring_back(self.store, stored_id(read_archive(live).model_id))
        return report

    def retire(self, model: str) -> retire.RetireReport:
        """Take out of the queue what ``model`` is sure of."""
        threshold = self.settings.cycle.retire_at
        return retire.retire(self.store, model=model, threshold=threshold)

    def preview(self, up_to: int | None = None) -> ChangeSet:
        """The change of the training data that ``apply`` would make now."""
        return apply.preview(
            self.store,
            apply_settings(self.project),
            bot=self.bot,
            held_out=[*self.held_out_texts(), *queue.audited_texts(self.store)],
            up_to=up_to,
        )

    @contextmanager
    def copy_with(self, change: ChangeSet) -> Iterator[Project]:
        """A copy of the bot's folder in which ``change`` is made, to train in."""
        folder = self.project.state / "training" / "bot"
        copied = [*self.project.data_paths, self.project.root / "data", self.project.domain_path]
        make_copy(self.project.root, folder, change, copied)
        try:
            yield replace(self.project, root=folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _place(self) -> Place:
        """Where models go live: the folder, and the server that is to load them."""
        return Place(self.project.models_path, _teller(self.project))

    @property
    def snapshots(self) -> Path:
        return self.project.state / "models"

    def _recover(self) -> list[str]:
        """Only where no live process is in the middle of an apply of its own."""
        try:
            with lock(self.project.state, "apply"):
                note = apply.recover(self.store, self.project.journal)
        except BusyError:
            return []
        return [note] if note else []

    @cached_property
    def training_data(self) -> TrainingData:
        return read_training_data(self.project)

    def model(self) -> BuiltinModel:
        """The built-in model, trained on the bot's files as they are now."""
        return self._models.of(self.training_data)

    def test_sets(self) -> list[TestSet]:
        """What ``[gate] test`` names, and what reviewers said of the audit sample."""
        sets = [
            TestSet(path.stem, tuple(self._masked(example) for example in read_test_file(path)))
            for path in self.project.test_paths
        ]
        fallback = self.settings.apply.out_of_scope_intent
        audit = tuple(
            Example(item.text, item.intent or fallback, item.entities)
            for item in decisions.audit_answers(self.store, self.bot)
            if item.intent or fallback
        )
        return [*sets, TestSet(AUDIT, audit)] if audit else sets

    def held_out(self) -> list[Example]:
        """All labelled texts that no model has learned from."""
        return [example for test in self.test_sets() for example in test.examples]

    def held_out_texts(self) -> list[str]:
        """Texts of the test files; those of the audit sample are known to select and apply."""
        return [
            self.masker.mask(example.text)
            for path in self.project.test_paths
            for example in read_test_file(path)
        ]

    def _masked(self, example: Example) -> Example:
        return replace(example, text=self.masker.mask(example.text))


def _teller(project: Project) -> Tell | None:
    """How the running bot is told of a new model; None where no server is named."""
    if not project.settings.rasa.server:
        return None
    from intent_al.engines.rasa.server import tell

    return lambda path, model_id: tell(project, path, model_id)
