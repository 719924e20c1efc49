"""Which sources of conversations exist, found without importing any of them.

Built-in connectors are the modules of ``connectors.sources``, known by their module name; a package
adds its own by an entry point of the group ``connectors``. Nothing is imported before
``open_connector`` is called, because a source may need a database driver that is slow to import.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Mapping
from importlib.metadata import EntryPoint

from connectors.base import Connector
from connectors.errors import SettingsError
from connectors.plugins import Plugins, modules_of
from connectors.settings import parse_settings

__all__ = ["available", "connector_type", "open_connector"]

_PLUGINS = Plugins(
    "connector",
    "connectors",
    modules_of("connectors.sources"),
    unknown=SettingsError,
    broken=SettingsError,
)


def available() -> Mapping[str, str]:
    """Name and one-line summary of every connector that is installed."""
    found = {name: _summary(place) for name, place in _PLUGINS.own.items()}
    for name, point in _PLUGINS.installed().items():
        found[name] = _distribution_summary(point)
    return dict(sorted(found.items()))


def open_connector(name: str, settings: Mapping[str, object]) -> Connector:
    """The connector of that name with its settings validated; nothing has been read yet."""
    kind = connector_type(name)
    return kind(parse_settings(kind.settings_type, settings, owner=name))


def connector_type(name: str) -> type[Connector]:
    """The class behind a name. Raises SettingsError naming the nearest name that exists."""
    return _PLUGINS.find_class(name, Connector)  # type: ignore[type-abstract]


def _summary(module: str) -> str:
    """The first line of the module's docstring, read from its source."""
    spec = importlib.util.find_spec(module)
    source = getattr(spec.loader, "get_source", lambda _: None)(spec.name) if spec else None
    text = ast.get_docstring(ast.parse(source)) if source else None
    return text.splitlines()[0] if text else ""


def _distribution_summary(point: EntryPoint) -> str:
    distribution = getattr(point, "dist", None)
    if distribution is None:
        return ""
    return str(distribution.metadata.get("Summary") or f"from {distribution.metadata['Name']}")
