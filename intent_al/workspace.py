"""A bot's project, opened: its store, its secrets, its training and test data.

Stages get what they need from here, so that none of them knows where a project keeps things, and
command line, jobs and demo open a project in the same way.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from intent_al import rasa_project
from intent_al.config import Project
from intent_al.errors import BusyError, ConfigError, NotEnoughDataError
from intent_al.labelled import read_test_file
from intent_al.locks import lock
from intent_al.masking import Masker
from intent_al.nlu import snapshots
from intent_al.nlu.base import Model
from intent_al.records import Example
from intent_al.stages import apply, gate, predict, pull, retrain, select
from intent_al.stages.apply import (
    INTO_FILES,
    ApplyReport,
    Edit,
    EditReport,
    Mode,
    Settings,
    UndoReport,
)
from intent_al.stages.gate import TestSet
from intent_al.store import Store, decisions, queue, utterances
from intent_al.training_data import ledger, rasa_yaml

if TYPE_CHECKING:
    from intent_al.nlu.builtin import BuiltinModel

Progress = Callable[[int, "int | None"], None]


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
        _state_folder(project.state)
        self.masker = Masker(
            _key(project.state / "masking.key"),
            project.settings.masking.rules,
            project.settings.masking.patterns,
        )
        self.store = Store(project.database)
        self._trained = {} if trained is None else trained
        self.notes = self._recover()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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

    def predict(self, progress: Progress = lambda done, total: None) -> predict.PredictReport:
        """Ask the built-in model, trained on the bot's files, about every new utterance.

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
        model = self.model()
        return predict.predict(self.store, model, bot=self.bot, progress=progress)

    def select(
        self, *, size: int | None = None, strategy: str | None = None, seed: int | None = None
    ) -> select.SelectReport:
        """Choose a batch by the project's settings; arguments that are not None win."""
        settings = self.settings.select
        wanted = select.Wanted(
            size=settings.size if size is None else size,
            strategy=strategy or settings.strategy,
            audit_share=settings.audit_share,
            per_sender=settings.per_sender,
            training=[one.example.text for one in self.training_data.examples],
            held_out=self.held_out_texts(),
            seed=self.settings.model.seed if seed is None else seed,
        )
        return select.select(self.store, wanted, bot=self.bot)

    def apply(self, mode: Mode = INTO_FILES) -> ApplyReport:
        """Write what is decided into the bot's files, one process at a time."""
        with self._files_change():
            return apply.apply(
                self.store,
                self._apply_settings(),
                bot=self.bot,
                held_out=[*self.held_out_texts(), *queue.audited_texts(self.store)],
                mode=mode,
            )

    def edit(self, wanted: Edit, mode: Mode = INTO_FILES) -> EditReport:
        """Carry out an edit of the team's own."""
        with self._files_change():
            return apply.edit(self.store, self._apply_settings(), wanted, mode=mode)

    def undo(self, *, dry_run: bool = False) -> UndoReport:
        """Take the last apply or edit back."""
        with self._files_change():
            return apply.undo(self.store, self._apply_settings(), dry_run=dry_run)

    def record_gate(self) -> bool:
        """Leave word for the build pipeline, in the ledger, of what passed the gate last."""
        with lock(self.project.state, "apply"):
            return apply.record_gate(self.store, self._apply_settings())

    @contextmanager
    def _files_change(self) -> Iterator[None]:
        with lock(self.project.state, "apply"):
            yield
        self.__dict__.pop("training_data", None)

    def _apply_settings(self) -> Settings:
        project, settings = self.project, self.settings.apply
        new_file = project.root / settings.new_intent_file
        return Settings(
            data=project.data_paths,
            domain=project.domain_path,
            journal=project.journal,
            root=project.root,
            undo=project.undo,
            config=project.root / "config.yml",
            others=[
                *project.data_paths,
                project.domain_path,
                project.root / "tests",
                *project.test_paths,
            ],
            out_of_scope_intent=settings.out_of_scope_intent,
            new_intent_examples=settings.new_intent_examples,
            new_intent_file=new_file if settings.new_intent_file else None,
            validate=settings.validate,
        )

    def retrain(self) -> retrain.RetrainReport:
        """Train a candidate on the bot's files as they are now."""
        return retrain.retrain(
            self.store,
            self.train,
            self.training_data.distinct(),
            data_hash=ledger.fingerprint(self.training_data),
            snapshots_folder=self.snapshots,
            seed=self.settings.model.seed,
        )

    def gate(self) -> gate.GateReport:
        """Judge the last candidate against what it would replace."""
        settings = self.settings.gate
        return gate.gate(
            self.store,
            self.load,
            self.test_sets(),
            tolerance=settings.tolerance,
            minimum_items=settings.minimum_items,
            intent_tolerance=settings.intent_tolerance,
            seed=self.settings.model.seed,
        )

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
    def training_data(self) -> rasa_yaml.TrainingData:
        data = rasa_yaml.read(self.project.data_paths)
        if not data.examples:
            where = ", ".join(self.settings.bot.data)
            raise NotEnoughDataError(
                f"no NLU examples in {where}; set [bot] data to the bot's NLU files",
                where=self.project.root,
            )
        return data

    def model(self) -> BuiltinModel:
        """The built-in model, trained on the bot's files as they are now."""
        examples = self.training_data.distinct()
        model = self.train(examples)
        snapshots.save(self.snapshots, model.model_id, examples)
        return model

    def train(self, examples: Sequence[Example]) -> BuiltinModel:
        """A model of ``examples``; what this workspace trained before is not trained again."""
        from intent_al.nlu import builtin

        seed, vectors = self.settings.model.seed, self.settings.model.vectors or None
        lookups, regexes = self.training_data.lookups, _joined(self.training_data.regexes)
        name = builtin.identify(
            examples, seed=seed, lookups=lookups, regexes=regexes, vectors=vectors
        )
        if name not in self._trained:
            self._trained[name] = builtin.train(
                examples, seed=seed, lookups=lookups, regexes=regexes, vectors=vectors
            )
        return self._trained[name]

    def load(self, model_id: str) -> Model:
        """A model by its id, as the gate asks for it."""
        return self.train(snapshots.load(self.snapshots, model_id))

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

    def held_out_texts(self) -> list[str]:
        """Texts of the test files; those of the audit sample are known to select and apply."""
        return [
            self.masker.mask(example.text)
            for path in self.project.test_paths
            for example in read_test_file(path)
        ]

    def _masked(self, example: Example) -> Example:
        return replace(example, text=self.masker.mask(example.text))


def _joined(regexes: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Name -> pattern; several patterns of one name are alternatives."""
    by_name: dict[str, list[str]] = {}
    for name, pattern in regexes:
        by_name.setdefault(name, []).append(f"(?:{pattern})")
    return {name: "|".join(patterns) for name, patterns in by_name.items()}


def _state_folder(path: Path) -> None:
    """Our folder inside the bot's repository; what is in it is never committed."""
    try:
        path.mkdir(exist_ok=True)
        ignore = path / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", where=path) from error


def _key(path: Path) -> bytes:
    """The secret behind surrogates and pseudonyms: made once, readable by its owner only."""
    try:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        pass
    except ValueError as error:
        raise ConfigError("is no key; restore it from a backup", where=path) from error
    key = secrets.token_bytes(32)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_text(key.hex(), encoding="ascii")
    try:
        os.link(temporary, path)  # fails where another process was first: its key counts
    except FileExistsError:
        return _key(path)
    finally:
        temporary.unlink()
    return key
