"""Which formats of training data there are, found without importing what nobody uses.

Built-in formats are the modules of this package, known by their module name; a package adds its own
by an entry point of the group ``intent_al.formats`` that names a class, or a module with one. A
format is chosen by name, or by the suffix of a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import TypeGuard, get_origin

from connectors.names import did_you_mean
from intent_al.errors import UsageError
from intent_al.training_data.formats.base import Format, Lost, Written

__all__ = ["Format", "Lost", "Written", "available", "built_in", "format_named", "format_of"]

_GROUP = "intent_al.formats"
_NO_FORMATS = ("base", "records", "testing")
_OF_DIALECTS = {
    "rasa_json": "intent_al.training_data.dialects.rasa.whole_json",
    "rasa_yaml": "intent_al.training_data.dialects.rasa.whole_yaml",
}
"""Formats that are a maker's own stand with its dialect."""


def available() -> list[str]:
    """The names of all formats that are installed, sorted."""
    return sorted({*built_in(), *_installed()})


def format_named(name: str) -> Format:
    """The format of that name. Raises UsageError naming the nearest name that exists."""
    if name in built_in():
        return _class_of(
            importlib.import_module(_OF_DIALECTS.get(name, f"{__name__}.{name}")), name
        )()
    installed = _installed()
    if name not in installed:
        raise UsageError(f"there is no format {name!r}{did_you_mean(name, available())}")
    return _load(installed[name])()


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
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    own = [name for name in names if not name.startswith("_") and name not in _NO_FORMATS]
    return sorted([*own, *_OF_DIALECTS])


def _all() -> Iterator[Format]:
    """Others are imported only where no built-in format was the right one."""
    for name in built_in():
        yield format_named(name)
    for name in _installed():
        if name not in built_in():
            yield format_named(name)


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=_GROUP)}


def _load(point: EntryPoint) -> type[Format]:
    try:
        loaded = point.load()
    except Exception as error:  # somebody else's package: whatever it raises, the user must know
        message = f"the format {point.name!r} cannot be imported: {error}"
        raise UsageError(message, where=point.value) from error
    if isinstance(loaded, ModuleType):
        return _class_of(loaded, point.name)
    if _is_format(loaded):
        return loaded
    raise UsageError(f"the entry point {point.name!r} is no format", where=point.value)


def _class_of(module: ModuleType, name: str) -> type[Format]:
    for value in vars(module).values():
        if _is_format(value) and getattr(value, "name", None) == name:
            return value
    raise UsageError(f"the module {module.__name__} holds no format named {name!r}")


def _is_format(value: object) -> TypeGuard[type[Format]]:
    # On Python 3.10 a ``tuple[int]`` passes for a type, until issubclass looks at it.
    return isinstance(value, type) and get_origin(value) is None and issubclass(value, Format)
