"""The dialects by name, and which of them a folder is written in.

Built-in ones are the packages here; a package adds its own by an entry point of the group
``intent_al.dialects`` that names a class. Nothing is imported before a folder is looked at.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

from intent_al.errors import ConfigError
from intent_al.plugins import imported
from intent_al.training_data.dialects.base import Dialect

GROUP = "intent_al.dialects"
DEFAULT = "rasa"
"""Of a folder that nothing is known of but its settings."""

_BUILT_IN = {"rasa": "intent_al.training_data.dialects.rasa.dialect:RasaDialect"}


def available() -> list[str]:
    """Built-in ones first: they are asked first, too."""
    return list(dict.fromkeys([*_BUILT_IN, *sorted(_installed())]))


def dialect_named(name: str) -> Dialect:
    """Raises ConfigError for one that there is not, or that cannot be imported."""
    place = _BUILT_IN.get(name) or _installed().get(name)
    if place is None:
        raise ConfigError(f"there is no dialect {name!r}; there are {', '.join(available())}")
    try:
        made: Dialect = imported(place)()
    except Exception as error:  # somebody else's package: whatever it raises, the user must know
        message = f"the dialect {name!r} cannot be imported: {error}"
        raise ConfigError(message, where=place) from error
    return made


def recognised(folder: Path) -> str | None:
    """The name of the first dialect whose bot lies in ``folder``."""
    return next((name for name in available() if dialect_named(name).recognises(folder)), None)


def dialect_of(folder: Path) -> Dialect:
    """That of the bot in ``folder``, or the default."""
    return dialect_named(recognised(folder) or DEFAULT)


def _installed() -> dict[str, str]:
    return {point.name: point.value for point in entry_points(group=GROUP)}
