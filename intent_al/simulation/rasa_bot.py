"""The bot's own pipeline as the model that learns: trained by Rasa, on the labels bought so far."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml

from intent_al.engines.rasa.commands import RasaCommands
from intent_al.engines.rasa.interpreter import find_python
from intent_al.engines.rasa.model import RasaModel
from intent_al.engines.rasa.process import RasaWorker
from intent_al.project.config import Project
from intent_al.records import Example, FloatArray, IntArray
from intent_al.simulation.data import Task
from intent_al.simulation.successors import spread
from intent_al.strategies.base import Rows
from intent_al.training_data.formats.rasa_yaml import RasaYaml
from intent_al.training_data.placed import Place, PlacedExample

_NLU, _DOMAIN, _ARCHIVE = Path("data") / "nlu.yml", "domain.yml", "bot.tar.gz"
_NOT_COPIED = ("models", "data", ".rasa", ".intent-al", ".git", "__pycache__", "*venv*", "*.db")


class RasaTrainer:
    """Trains a project's pipeline in a copy of it; ``close`` it, since a worker stays warm."""

    def __init__(self, project: Project, task: Task, scratch: Path) -> None:
        """Raises RasaError where the project has no interpreter with Rasa."""
        self._task = task
        python, timeout = find_python(project), project.settings.rasa.timeout
        self._folder = scratch / "bot"
        shutil.copytree(
            project.root, self._folder, ignore=shutil.ignore_patterns(*_NOT_COPIED, _DOMAIN)
        )
        (self._folder / _NLU).parent.mkdir()
        log, cache = scratch / "rasa-train.log", scratch / "cache"
        self._commands = RasaCommands(python, self._folder, log, cache, timeout)
        self._worker = RasaWorker(python, self._folder, timeout=timeout)
        self._trained = 0

    def close(self) -> None:
        self._worker.close()

    def successor(self, seed: int) -> RasaBot:
        """``seed`` changes nothing: a pipeline has its own, in the bot's config.yml."""
        return RasaBot(self, self._task)

    def train(self, examples: Sequence[Example]) -> RasaModel:
        """What Rasa's notation cannot hold is left out, as it would be of a bot's files."""
        places = [PlacedExample(one, Place(_NLU, number)) for number, one in enumerate(examples, 1)]
        (self._folder / _NLU).write_bytes(RasaYaml().write(places).source)
        domain = {"version": "3.1", "intents": sorted({one.intent for one in examples})}
        (self._folder / _DOMAIN).write_text(
            yaml.safe_dump(domain, allow_unicode=True), encoding="utf-8"
        )
        self._trained += 1
        archive = self._folder / "models" / f"{self._trained}-{_ARCHIVE}"
        self._commands.train([_NLU.as_posix()], _DOMAIN, archive, nlu_only=True)
        for older in archive.parent.glob(f"*-{_ARCHIVE}"):
            if older != archive:
                older.unlink()
        return RasaModel(self._worker, archive)


class RasaBot:
    """One arm's bot."""

    def __init__(self, trainer: RasaTrainer, task: Task) -> None:
        self._trainer, self._task = trainer, task

    def learn(self, rows: Rows) -> None:
        task = self._task
        model = self._trainer.train(
            [Example(task.texts[row], task.intents[task.labels[row]]) for row in rows]
        )
        # asked at once: the archive is gone when another arm has trained
        predicted = model.predict([*task.texts, *task.tests])
        columns = np.searchsorted(task.intents, predicted.labels)
        self._probabilities = spread(predicted.probabilities, columns, len(task.intents))

    def pool(self, rows: Rows) -> FloatArray:
        return np.asarray(self._probabilities[rows], dtype=np.float32)

    def tests(self) -> IntArray:
        asked = self._probabilities[len(self._task.texts) :]
        return np.asarray(asked.argmax(axis=1), dtype=np.int32)
