"""Which formats of training data there are, found without importing what nobody uses.

Built-in formats are the modules of this package, known by their module name; a package adds its own
by an entry point of the group ``intent_al.formats`` that names a class, or a module with one. A
format is chosen by name, or by the suffix of a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from intent_al.errors import UsageError
from intent_al.plugins import MOVED, Plugins, modules_of
from intent_al.training_data.formats.base import Format, Lost, Written

__all__ = ["Format", "Lost", "Written", "available", "built_in", "format_named", "format_of"]

_OF_DIALECTS = {
    "rasa_json": "intent_al.training_data.dialects.rasa.whole_json",
    "rasa_yaml": "intent_al.training_data.dialects.rasa.whole_yaml",
}
"""Formats that are a maker's own stand with its dialect."""

_PLUGINS = Plugins(
    "format",
    "intent_al.formats",
    {**modules_of(__name__, without=("base", "records", "testing")), **_OF_DIALECTS},
    unknown=UsageError,
    broken=UsageError,
    moved=MOVED,
)


def available() -> list[str]:
    """The names of all formats that are installed, sorted."""
    return sorted(_PLUGINS.names())


def format_named(name: str) -> Format:
    """The format of that name. Raises UsageError naming the nearest name that exists."""
    return _PLUGINS.find_class(name, Format)()  # type: ignore[type-abstract]


def format_of(path: Path) -> Format:
    """The format that a file has by its suffix; built-in ones go first.

    Raises UsageError naming the suffixes that are known.
    """
    suffix = path.suffix.lower()
    known: list[str] = []
    for one in _all():
        if suffix in one.suffixes:
            return one
        known += one.suffixes
    found = (
        f"the suffix {path.suffix!r} belongs" if path.suffix else "a name without suffix belongs"
    )
    raise UsageError(f"{found} to no format; known: {', '.join(sorted(known))}", where=path)


def built_in() -> list[str]:
    return sorted(_PLUGINS.own)


def _all() -> Iterator[Format]:
    """Others are imported only where no built-in format was the right one."""
    yield from (format_named(name) for name in [*built_in(), *_PLUGINS.installed()])
