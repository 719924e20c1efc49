"""Who predicts and is trained: a model of our own, or the bot's.

An engine knows which model is in use, opens models by their id, and trains a candidate from a copy
of the bot. The stages see models only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from intent_al.config import Project
from intent_al.errors import ConfigError, NotEnoughDataError
from intent_al.nlu.base import Model
from intent_al.nlu.rasa_ids import stored_id
from intent_al.rasa_archive import SUFFIX, live_archive, read_archive

BUILTIN, RASA, SERVER = "builtin", "rasa", "server"


@dataclass(frozen=True, slots=True)
class Trained:
    """A candidate. ``archive`` is None where it can be trained again in seconds."""

    model: str
    archive: Path | None
    facts: dict[str, Any] = field(default_factory=dict)


class Engine(Protocol):
    """``name`` is the kind that models are stored under."""

    @property
    def name(self) -> str: ...

    def live(self) -> str:
        """The id of the model in use. Cheap: nothing is trained, loaded or started."""
        ...

    def open(self, model_id: str) -> Model:
        """A model that can be asked, by its id: the one in use, or a candidate."""
        ...

    def close(self) -> None:
        """Ends what was started to answer."""
        ...


class BuiltinEngine:
    """The model of ``nlu.builtin``, trained on the bot's files as they are now."""

    name = BUILTIN

    def __init__(self, live: Callable[[], str], load: Callable[[str], Model]) -> None:
        self.live = live
        self.open = load

    def close(self) -> None:
        pass


class RasaEngine:
    """The bot's own model, in a worker of the bot's interpreter."""

    name = RASA

    def __init__(self, project: Project, candidates: Path) -> None:
        self._project = project
        self._candidates = candidates
        self._worker: Any = None

    def archives(self) -> list[Path]:
        """The live one first, then the candidates."""
        live = live_archive(self._project.models_path)
        kept = sorted(self._candidates.glob(f"*{SUFFIX}"))
        return [*([live] if live else []), *kept]

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
        return self._id(self.live_archive())

    def open(self, model_id: str) -> Model:
        from intent_al.nlu.rasa_model import RasaModel
        from intent_al.nlu.rasa_process import RasaWorker
        from intent_al.rasa_python import find_python

        archive = next((path for path in self.archives() if self._id(path) == model_id), None)
        if archive is None:
            raise NotEnoughDataError(
                f"there is no archive of the model {model_id} any more; run `intent-al cycle`",
                where=self._project.models_path,
            )
        if self._worker is None:
            project = self._project
            self._worker = RasaWorker(
                find_python(project), project.root, timeout=project.settings.rasa.timeout
            )
        return RasaModel(self._worker, archive)

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    @staticmethod
    def _id(archive: Path) -> str:
        return stored_id(read_archive(archive).model_id)


class ServerEngine:
    """A running bot, asked over HTTP."""

    name = SERVER

    def __init__(self, project: Project) -> None:
        self._project = project
        self._model: Model | None = None

    def _asked(self) -> Model:
        from intent_al.nlu.rasa_http import open_http_model

        if self._model is None:
            self._model = open_http_model(self._project)
        return self._model

    def live(self) -> str:
        return self._asked().model_id

    def open(self, model_id: str) -> Model:
        model = self._asked()
        if model.model_id != model_id:
            raise NotEnoughDataError(
                f"serves {model.model_id} now, not {model_id}",
                where=self._project.settings.rasa.server,
            )
        return model

    def close(self) -> None:
        pass


def named(name: str, valid: Sequence[str] = (BUILTIN, RASA, SERVER)) -> str:
    """Raises ConfigError for an engine that there is not."""
    if name not in valid:
        raise ConfigError(f"there is no engine {name!r}; there are {', '.join(valid)}")
    return name
