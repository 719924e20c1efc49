"""Where a project's conversations are: its ``[source]`` tables, and the bot's own log.

What a table leaves out is looked up where the bot itself writes it down. Without any table the
bot's own log is the source: that makes the tool run in a bot's folder without configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from intent_al.errors import ConfigError
from intent_al.plugins import imported
from intent_al.project.config import Project

Source = tuple[str, Mapping[str, Any]]
"""A connector's name and its settings."""

_MAKERS = ("intent_al.engines.rasa.project",)
"""Modules that know where the bots of a maker write their log: ``NAME``, ``own_log``, and
``completed`` for a table that leaves something to the bot's own files."""


def sources(project: Project) -> dict[str, Source]:
    """Name of a source -> its connector and settings; paths are absolute.

    Raises ConfigError where neither the settings nor the bot's own files name a log.
    """
    makers = [imported(name) for name in _MAKERS]
    if not project.settings.sources:
        return {makers[0].NAME: makers[0].own_log(project)}
    return {
        name: _source(project, name, settings, makers)
        for name, settings in project.settings.sources.items()
    }


def _source(project: Project, name: str, settings: Mapping[str, Any], makers: list[Any]) -> Source:
    own = {key: value for key, value in settings.items() if key != "connector"}
    connector = settings.get("connector")
    for maker in makers:
        known: Source | None = maker.completed(project, name, connector, own)
        if known is not None:
            return known[0], _inside(project.root, known[1])
    if connector is None:
        raise ConfigError(f"[source.{name}] needs a connector", where=project.root)
    return str(connector), _inside(project.root, own)


def _inside(root: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Relative paths in a source's settings are meant from the project's folder."""
    own = dict(settings)
    for key in ("path", "url"):
        if isinstance(own.get(key), str):
            own[key] = absolute(root, own[key])
    listed = own.get("exclude_senders")
    if isinstance(listed, str) and (root / listed).is_file():  # else it is a list in one text
        own["exclude_senders"] = str(root / listed)
    return own


def absolute(root: Path, address: str) -> str:
    """Of a path or of an SQLite URL with a path; any other URL stays as it is."""
    scheme, colon, path = address.partition(":///")
    if not colon:
        return address if "://" in address or not address else str(root / address)
    if scheme.partition("+")[0] != "sqlite" or path in ("", ":memory:") or path.startswith("file:"):
        return address
    return f"{scheme}:///{(root / path).as_posix()}"
