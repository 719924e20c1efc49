"""The bot's own model as an engine: asked by a worker of the bot's interpreter, trained by Rasa."""

from __future__ import annotations

import hashlib
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from intent_al.engines.base import Recipe, Trained, recipe_for
from intent_al.engines.rasa.archive import SUFFIX, live_archive, read_archive
from intent_al.engines.rasa.ids import stored_id
from intent_al.engines.rasa.live_models import LiveModels
from intent_al.errors import ConfigError, NotEnoughDataError
from intent_al.evaluation.verdict import StoryFigures
from intent_al.nlu.base import Model
from intent_al.project.config import Project
from intent_al.training_data.of_project import read_training_data
from intent_al.training_data.repository.training_copy import recipe_of

if TYPE_CHECKING:
    from intent_al.engines.rasa.commands import RasaCommands, StoryResult
    from intent_al.engines.rasa.process import RasaWorker

_SEED = re.compile(rb"^[^#\n]*random_seed:\s*(\d+)", re.MULTILINE)

CANDIDATES = "candidates"
"""Folder of candidates within the state folder. Rasa serves the newest file of ``models/``, so none
may ever lie there before it has passed."""


class RasaEngine:
    """The bot's own model, in a worker of the bot's interpreter."""

    name = "rasa"
    chunk = 1_000
    calibrated = False
    untrainable = None

    def __init__(self, project: Project) -> None:
        self._project = project
        self._worker: RasaWorker | None = None

    @property
    def releases(self) -> LiveModels:
        """The folder that the bot serves from, and the server that is to load what comes there."""
        project = self._project
        tell = None
        if project.settings.rasa.server:
            from intent_al.engines.rasa.server import tell as tell_server

            tell = partial(tell_server, project)
        return LiveModels(project.models_path, self.candidates, tell)

    def live_archive(self) -> Path:
        """Raises NotEnoughDataError where there is no model yet."""
        found = live_archive(self._project.models_path)
        if found is None:
            raise NotEnoughDataError(
                "has no model yet: train one with `rasa train`, or name the folder with "
                "[rasa] models",
                where=self._project.models_path,
            )
        return found

    def live(self) -> str:
        return _id(self.live_archive())

    def served(self) -> str:
        return self.live()

    def open(self, model_id: str) -> Model:
        from intent_al.engines.rasa.interpreter import find_python
        from intent_al.engines.rasa.model import RasaModel
        from intent_al.engines.rasa.process import RasaWorker

        archive = self.archive_of(model_id)
        if self._worker is None:
            project = self._project
            self._worker = RasaWorker(
                find_python(project), project.root, timeout=project.settings.rasa.timeout
            )
        return RasaModel(self._worker, archive)

    def archive_of(self, model_id: str) -> Path:
        """Of the live models and the candidates. Raises NotEnoughDataError for one that is gone."""
        kept = sorted(self.candidates.glob(f"*{SUFFIX}"))
        models = sorted(self._project.models_path.glob(f"*{SUFFIX}"), reverse=True)
        live = live_archive(self._project.models_path)
        for path in [*([live] if live else []), *kept, *models]:
            if _id(path) == model_id:
                return path
        raise NotEnoughDataError(
            f"there is no archive of the model {model_id} any more: train it again",
            where=self._project.models_path,
        )

    @property
    def candidates(self) -> Path:
        return self._project.state / CANDIDATES

    def recipe(self, bot: Project, decision: int | None = None) -> Recipe:
        from intent_al.engines.rasa.interpreter import find_python

        version = find_python(self._project).version
        live = live_archive(self._project.models_path)
        nlu_only = live is not None and not read_archive(live).has_core
        files = [*self.trained_from(bot), bot.root / "config.yml"]
        parts = "nlu" if nlu_only else "nlu and core"
        key = recipe_of(bot.root, files, [self.name, version, parts])
        facts = {"rasa": version, "parts": parts, **_config_facts(bot.root / "config.yml")}
        return recipe_for(self.name, key, read_training_data(bot), decision, facts)

    def trained_from(self, bot: Project) -> list[Path]:
        """Rules and stories lie in ``data`` even where ``[bot] data`` names the NLU files alone.
        The domain comes last."""
        everything = bot.root / "data"
        found = [everything] if everything.exists() else []
        found += [path for path in bot.data_paths if everything not in (path, *path.parents)]
        return [*found, bot.domain_path]

    def train(self, bot: Project, recipe: Recipe) -> Trained:
        """A training that a killed run had finished is not done again."""
        target = self.candidates / f"{recipe.key[:24]}{SUFFIX}"
        if not target.is_file():
            commands = self._commands(bot, "train")
            *data, domain = (
                path.relative_to(bot.root).as_posix() for path in self.trained_from(bot)
            )
            commands.validate(data, domain)
            nlu_only = recipe.settings["parts"] == "nlu"
            commands.train(data, domain, target, nlu_only=nlu_only)
        return Trained(_id(target), target.name)

    def keeps(self, archive: str) -> bool:
        return (self.candidates / archive).is_file()

    def test_stories(self, model_id: str) -> StoryResult | None:
        """The bot's test stories with one model; None where there are none, or no dialogues."""
        archive = self.archive_of(model_id)
        stories = _stories(self._project)
        if not stories or not read_archive(archive).has_core:
            return None
        results = self._project.state / "stories"
        return self._commands(self._project, "test").test_stories(archive, stories, results)

    def story_figures(self, candidate: str, current: str) -> StoryFigures | None:
        """The current model is only asked where the candidate fails: a walk takes a minute."""
        after = self.test_stories(candidate)
        if after is None:
            return None
        before = self.test_stories(current) if after.failed and current != candidate else None
        failed_before = len(before.failed) if before is not None else 0
        return StoryFigures(after.total, failed_before, len(after.failed), after.failed)

    def _commands(self, bot: Project, name: str) -> RasaCommands:
        from intent_al.engines.rasa.commands import RasaCommands
        from intent_al.engines.rasa.interpreter import find_python

        return RasaCommands(
            find_python(self._project),
            bot.root,
            self._project.state / "logs" / f"rasa-{name}.log",
            self._project.state / "rasa-cache",
            self._project.settings.rasa.timeout,
        )

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None


def _id(archive: Path) -> str:
    return stored_id(read_archive(archive).model_id)


def _config_facts(path: Path) -> dict[str, str]:
    """Of a bot's configuration: a hash of it, and its seeds; without one a training is not
    repeatable."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot be read ({error.strerror}); Rasa trains by it", where=path
        ) from None
    seeds = [seed.decode() for seed in _SEED.findall(content)]
    digest = hashlib.sha256(content).hexdigest()
    return {"config_hash": digest[:16], "seed": ", ".join(seeds) or "none in config.yml"}


def _stories(project: Project) -> list[Path]:
    """``[rasa] stories``, or what in ``tests/`` holds test stories."""
    named = [project.root / path for path in project.settings.rasa.stories]
    if named:
        return named
    found = sorted((project.root / "tests").glob("**/*.y*ml"))
    return [path for path in found if b"\nstories:" in b"\n" + path.read_bytes()]
