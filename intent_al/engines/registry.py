"""The engines by the name under which a project asks for them; imported when they are opened."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from intent_al.engines.base import Engine, Trainer
from intent_al.engines.builtin import BuiltinEngine
from intent_al.errors import ConfigError
from intent_al.plugins import did_you_mean, imported
from intent_al.project.config import Project

if TYPE_CHECKING:
    from pathlib import Path

    from intent_al.nlu.builtin import BuiltinModel

BUILTIN = BuiltinEngine.name
OF_BOTS: Mapping[str, str] = MappingProxyType(
    {
        "rasa": "intent_al.engines.rasa.engine:RasaEngine",
        "server": "intent_al.engines.rasa.server_engine:ServerEngine",
    }
)
"""Engines that ask a bot's own model: where the class stands that is made of a project."""

_TRAINERS: Mapping[str, str] = MappingProxyType(
    {"rasa": "intent_al.engines.rasa.trainer:RasaTrainer"}
)


def available() -> list[str]:
    return [BUILTIN, *OF_BOTS]


def open_engine(
    name: str, project: Project, trained: MutableMapping[str, BuiltinModel] | None = None
) -> Engine:
    """``trained`` are built-in models that are known already. Raises ConfigError for a name that
    there is not."""
    if name == BUILTIN:
        return BuiltinEngine(project, trained)
    if name not in OF_BOTS:
        raise ConfigError(f"there is no engine {name!r}{did_you_mean(name, available())}")
    engine: Engine = imported(OF_BOTS[name])(project)
    return engine


def trainable() -> list[str]:
    """The engines that can train on bare examples."""
    return list(_TRAINERS)


def open_trainer(name: str, project: Project, scratch: Path) -> Trainer:
    """Trains in a copy of the bot within ``scratch``. Raises ConfigError where an engine cannot."""
    if name not in _TRAINERS:
        raise ConfigError(f"the engine {name!r} trains no bare examples")
    trainer: Trainer = imported(_TRAINERS[name])(project, scratch)
    return trainer
