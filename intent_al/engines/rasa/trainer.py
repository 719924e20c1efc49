"""Trains a bot's own pipeline on bare examples, in a copy of the bot: for simulations."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml

from intent_al.engines.rasa.commands import RasaCommands
from intent_al.engines.rasa.interpreter import find_python
from intent_al.engines.rasa.model import RasaModel
from intent_al.engines.rasa.process import RasaWorker
from intent_al.project.config import Project
from intent_al.records import Example
from intent_al.training_data.dialects.rasa.whole_yaml import RasaYaml
from intent_al.training_data.placed import Place, PlacedExample

_NLU, _DOMAIN, _ARCHIVE = Path("data") / "nlu.yml", "domain.yml", "bot.tar.gz"
_NOT_COPIED = ("models", "data", ".rasa", ".intent-al", ".git", "__pycache__", "*venv*", "*.db")


class RasaTrainer:
    """Trains a project's pipeline in a copy of it; ``close`` it, since a worker stays warm."""

    def __init__(self, project: Project, scratch: Path) -> None:
        """Raises RasaError where the project has no interpreter with Rasa."""
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
