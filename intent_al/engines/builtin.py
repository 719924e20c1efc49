"""The built-in model as an engine: trained in seconds, so nothing is archived."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING

from intent_al.engines.base import Recipe, Trained, recipe_for
from intent_al.engines.builtin_models import BuiltinModels
from intent_al.nlu.base import Model
from intent_al.project.config import Project
from intent_al.training_data.of_project import read_training_data

if TYPE_CHECKING:
    from intent_al.nlu.builtin import BuiltinModel


class BuiltinEngine:
    """The model of ``nlu.builtin``, calibrated by itself."""

    name = "builtin"
    chunk = 5_000
    calibrated = True
    untrainable = None
    releases = None

    def __init__(
        self, project: Project, trained: MutableMapping[str, BuiltinModel] | None = None
    ) -> None:
        """``trained`` are models by id that need not be trained again."""
        self._project = project
        self._models = BuiltinModels(project, {} if trained is None else trained)

    def live(self) -> str:
        return self._models.identify(read_training_data(self._project))

    def served(self) -> None:
        return None

    def open(self, model_id: str) -> Model:
        data = read_training_data(self._project)
        if self._models.identify(data) == model_id:
            return self._models.of(data)
        return self._models.from_snapshot(model_id, data)

    def recipe(self, bot: Project, decision: int | None = None) -> Recipe:
        data = read_training_data(bot)
        return recipe_for(self.name, self._models.identify(data), data, decision, {})

    def trained_from(self, bot: Project) -> list[Path]:
        return [*bot.data_paths, bot.domain_path]

    def train(self, bot: Project, recipe: Recipe) -> Trained:
        return Trained(self._models.of(read_training_data(bot)).model_id)

    def keeps(self, archive: str) -> bool:
        return False

    def story_figures(self, candidate: str, current: str) -> None:
        return None

    def close(self) -> None:
        pass
