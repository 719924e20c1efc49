"""A bot's project, opened: its store, its secrets, its models, its training and test data.

Whoever works on a project (a command, a job, the page, the demo) opens it here and then takes the
steps of ``steps``, so that no stage knows where a project keeps things.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, TypeAlias

from intent_al.encoders.cached import CachedEncoder
from intent_al.encoders.registry import open_encoder
from intent_al.engines.base import Engine
from intent_al.engines.registry import BUILTIN, open_engine
from intent_al.errors import BusyError
from intent_al.evaluation.comparison import TestSet
from intent_al.nlu.base import Model
from intent_al.project.config import Project
from intent_al.project.locks import lock
from intent_al.project.state import masking_key, state_folder
from intent_al.records import Example, FloatArray
from intent_al.store import Store, decisions
from intent_al.texts.masking import Masker
from intent_al.training_data.labelled import read_test_file
from intent_al.training_data.of_project import read_training_data
from intent_al.training_data.placed import TrainingData
from intent_al.training_data.repository.recovery import recover

if TYPE_CHECKING:
    from intent_al.nlu.builtin import BuiltinModel

KnownModels: TypeAlias = "MutableMapping[str, BuiltinModel]"
"""Built-in models that are trained already, by their ids."""

AUDIT = "audit sample"
"""Name of the test set that reviewers make of the traffic itself."""

FILES_LOCK = "apply"
"""Held by whoever changes the bot's files."""


class Workspace:
    """Use it as a context manager. Opening finishes or reverts what a kill left half-done."""

    def __init__(self, project: Project, trained: KnownModels | None = None) -> None:
        """``trained`` need not be trained again: the demo shares them."""
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
        self._trained = {} if trained is None else trained
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

    def engine(self, name: str | None = None) -> Engine:
        """Who predicts and trains: the engine of that name, or the one of the settings.

        Raises ConfigError for one that there is not.
        """
        chosen = name or self.settings.model.engine
        if chosen not in self._engines:
            self._engines[chosen] = open_engine(chosen, self.project, self._trained)
        return self._engines[chosen]

    def model(self) -> Model:
        """The built-in model, trained on the bot's files as they are now."""
        engine = self.engine(BUILTIN)
        return engine.open(engine.live())

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

    @cached_property
    def training_data(self) -> TrainingData:
        return read_training_data(self.project)

    def files_changed(self) -> None:
        """The bot's files are not what was read."""
        for name in ("training_data", "_test_files"):
            self.__dict__.pop(name, None)

    def test_sets(self) -> list[TestSet]:
        """What ``[gate] test`` names, and what reviewers said of the audit sample."""
        sets = list(self._test_files)
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
        return [example.text for test in self._test_files for example in test.examples]

    @cached_property
    def _test_files(self) -> list[TestSet]:
        """Masked as everything is that is compared with what was stored."""
        return [
            TestSet(
                path.stem,
                tuple(
                    replace(one, text=self.masker.mask(one.text))
                    for one in read_test_file(path, named_by="[gate] test")
                ),
            )
            for path in self.project.test_paths
        ]

    def _recover(self) -> list[str]:
        """Only where no live process is in the middle of an apply of its own."""
        try:
            with lock(self.project.state, FILES_LOCK):
                note = recover(self.store, self.project.journal)
        except BusyError:
            return []
        return [note] if note else []
