"""The dialects by name, and which of them a folder is written in.

Built-in ones are the packages here; a package adds its own by an entry point of the group
``intent_al.dialects`` that names a class. Nothing is imported before a folder is looked at.
"""

from __future__ import annotations

from pathlib import Path

from intent_al.errors import ConfigError
from intent_al.plugins import MOVED, Plugins
from intent_al.training_data.dialects.base import Dialect

DEFAULT = "rasa"
"""Of a folder that nothing is known of but its settings."""

_PLUGINS = Plugins(
    "dialect",
    "intent_al.dialects",
    {"rasa": "intent_al.training_data.dialects.rasa.dialect:RasaDialect"},
    unknown=ConfigError,
    broken=ConfigError,
    moved=MOVED,
)


def available() -> list[str]:
    """Built-in ones first: they are asked first, too."""
    return _PLUGINS.names()


def dialect_named(name: str) -> Dialect:
    """Raises ConfigError for one that there is not, or that cannot be imported."""
    return _PLUGINS.make(name)  # type: ignore[no-any-return]


def recognised(folder: Path) -> str | None:
    """The name of the first dialect whose bot lies in ``folder``."""
    return next((name for name in available() if dialect_named(name).recognises(folder)), None)


def dialect_of(folder: Path) -> Dialect:
    """That of the bot in ``folder``, or the default."""
    return dialect_named(recognised(folder) or DEFAULT)
