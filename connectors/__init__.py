"""Which sources of conversations exist, found without importing any of them.

Built-in connectors are the modules of ``connectors.sources``, known by their module name; a package
adds its own by an entry point of the group ``connectors``. Nothing is imported before
``open_connector`` is called, because a source may need a database driver that is slow to import.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import pkgutil
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import TypeGuard, get_origin

from connectors.base import Connector
from connectors.errors import SettingsError
from connectors.names import did_you_mean
from connectors.settings import parse_settings

__all__ = ["available", "connector_type", "open_connector"]

_PACKAGE = "connectors.sources"
_GROUP = "connectors"


def available() -> Mapping[str, str]:
    """Name and one-line summary of every connector that is installed."""
    found = {name: _summary(name) for name in _builtin()}
    for name, point in _installed().items():
        found.setdefault(name, _distribution_summary(point))
    return dict(sorted(found.items()))


def open_connector(name: str, settings: Mapping[str, object]) -> Connector:
    """The connector of that name with its settings validated; nothing has been read yet."""
    kind = connector_type(name)
    return kind(parse_settings(kind.settings_type, settings, owner=name))


def connector_type(name: str) -> type[Connector]:
    """The class behind a name. Raises SettingsError naming the nearest name that exists."""
    if name in _builtin():
        return _class_of(importlib.import_module(f"{_PACKAGE}.{name}"), name)
    installed = _installed()
    if name not in installed:
        known = sorted({*_builtin(), *installed})
        raise SettingsError(f"there is no connector {name!r}{did_you_mean(name, known)}")
    return _load(installed[name])


def _builtin() -> list[str]:
    sources = importlib.util.find_spec(_PACKAGE)
    folders = sources.submodule_search_locations if sources else None
    names = [module.name for module in pkgutil.iter_modules(folders)]
    return [name for name in names if not name.startswith("_")]


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=_GROUP)}


def _summary(name: str) -> str:
    """The first line of the module's docstring, read from its source."""
    spec = importlib.util.find_spec(f"{_PACKAGE}.{name}")
    source = getattr(spec.loader, "get_source", lambda _: None)(spec.name) if spec else None
    text = ast.get_docstring(ast.parse(source)) if source else None
    return text.splitlines()[0] if text else ""


def _distribution_summary(point: EntryPoint) -> str:
    distribution = getattr(point, "dist", None)
    if distribution is None:
        return ""
    return str(distribution.metadata.get("Summary") or f"from {distribution.metadata['Name']}")


def _load(point: EntryPoint) -> type[Connector]:
    try:
        loaded = point.load()
    except Exception as error:  # somebody else's package: whatever it raises, the user must know
        message = f"the connector {point.name!r} cannot be imported: {error}"
        raise SettingsError(message, where=point.value) from error
    if isinstance(loaded, ModuleType):
        return _class_of(loaded, point.name)
    if _is_connector(loaded):
        return loaded
    raise SettingsError(f"the entry point {point.name!r} is no connector", where=point.value)


def _class_of(module: ModuleType, name: str) -> type[Connector]:
    for value in vars(module).values():
        if _is_connector(value) and getattr(value, "name", None) == name:
            return value
    raise SettingsError(f"the module {module.__name__} holds no connector named {name!r}")


def _is_connector(value: object) -> TypeGuard[type[Connector]]:
    # On Python 3.10 a ``tuple[int]`` passes for a type, until issubclass looks at it.
    return isinstance(value, type) and get_origin(value) is None and issubclass(value, Connector)
