"""A running bot as an engine: asked over HTTP, and trained on the machine that it runs on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from intent_al.engines.base import Recipe, Trained
from intent_al.errors import NotEnoughDataError
from intent_al.nlu.base import Model
from intent_al.project.config import Project

if TYPE_CHECKING:
    from intent_al.engines.rasa.http_model import HttpModel


class ServerEngine:
    """It predicts; training is for the machine that the bot runs on."""

    name = "server"
    chunk = 1_000
    calibrated = False
    untrainable = (
        "nothing can be trained over HTTP: run this where the bot's environment is, with "
        "--engine rasa"
    )
    releases = None

    def __init__(self, project: Project) -> None:
        self._project = project
        self._model: HttpModel | None = None

    def _asked(self) -> HttpModel:
        from intent_al.engines.rasa.http_model import open_http_model

        if self._model is None:
            self._model = open_http_model(self._project)
        return self._model

    def live(self) -> str:
        return self._asked().model_id

    def served(self) -> str:
        return self.live()

    def open(self, model_id: str) -> Model:
        return self._asked()

    def recipe(self, bot: Project, decision: int | None = None) -> Recipe:
        raise NotEnoughDataError(self.untrainable)

    def trained_from(self, bot: Project) -> list[Path]:
        raise NotEnoughDataError(self.untrainable)

    def train(self, bot: Project, recipe: Recipe) -> Trained:
        raise NotEnoughDataError(self.untrainable)

    def keeps(self, archive: str) -> bool:
        return False

    def story_figures(self, candidate: str, current: str) -> None:
        return None

    def close(self) -> None:
        if self._model is not None:
            self._model.close()
            self._model = None
