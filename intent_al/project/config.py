"""Finds the bot project it stands in and reads its settings; everything has a default.

Sources of a setting, the later wins: the project's own files (``endpoints.yml``, ``data/``,
``domain.yml``), ``intent-al.toml``, environment variables ``INTENT_AL_<TABLE>_<KEY>``. Flags of a
command override single settings where the command says so.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.errors import SettingsError
from connectors.names import did_you_mean
from connectors.plugins import imported
from connectors.settings import parse_settings
from intent_al.errors import ConfigError
from intent_al.project.settings import BotSettings, Settings

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover - the same library under its older name
    import tomli as tomllib

CONFIG_FILE = "intent-al.toml"
STATE_FOLDER = ".intent-al"

_DIALECTS = "intent_al.training_data.dialects.registry"
"""Imported by name: which makers there are is known above this layer, and by plug-ins."""


@dataclass(frozen=True, slots=True)
class Project:
    """A bot's folder with its settings; every path here is absolute."""

    root: Path
    settings: Settings

    @property
    def state(self) -> Path:
        return self.root / STATE_FOLDER

    @property
    def database(self) -> Path:
        return self.state / "intent-al.db"

    @property
    def journal(self) -> Path:
        return self.state / "apply.journal"

    @property
    def undo(self) -> Path:
        """The records of changes that can be taken back."""
        return self.state / "undo"

    @property
    def snapshots(self) -> Path:
        """What each built-in model has learned from."""
        return self.state / "models"

    @property
    def data_paths(self) -> list[Path]:
        return [self.root / path for path in self.settings.bot.data]

    @property
    def domain_path(self) -> Path:
        return self.root / self.settings.bot.domain

    @property
    def models_path(self) -> Path:
        """Where the bot serves its models from: the newest archive there is live."""
        return self.root / self.settings.rasa.models

    @property
    def test_paths(self) -> list[Path]:
        return [self.root / path for path in self.settings.gate.test]


def find_project(start: Path | None = None) -> Project:
    """The project that ``start`` (the current folder) lies in.

    That is the nearest folder upwards with an ``intent-al.toml``, or with a bot that a dialect
    recognises. Raises ConfigError where there is none.
    """
    start = (start or Path.cwd()).resolve()
    dialects = imported(_DIALECTS)
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            return Project(folder, read_settings(folder / CONFIG_FILE))
        if dialects.recognised(folder):
            return Project(folder, read_settings(None, root=folder))
    raise ConfigError(
        f"no {CONFIG_FILE} and no Rasa project (config.yml, domain.yml, data/) here or above; "
        "go to the bot's folder or name it with --project",
        where=start,
    )


def read_settings(
    path: Path | None, *, root: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """The settings of one project, defaults filled in from the bot's own files."""
    document: dict[str, Any] = {}
    if path is not None:
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"this is no TOML: {error}", where=path) from error
        except OSError as error:
            raise ConfigError(f"cannot be read: {error.strerror}", where=path) from error
        root = path.parent
    assert root is not None
    where = path or root
    kinds = {
        name: kind
        for name, kind in typing.get_type_hints(Settings).items()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind)
    }
    for name in document:
        if name not in {*kinds, "source"}:
            hint = did_you_mean(name, sorted({*kinds, "source"}))
            raise ConfigError(f"unknown table {name!r}{hint}", where=where)
    given = {name: _given(name, kind, document, environ, where) for name, kind in kinds.items()}
    if "domain" not in given["bot"] and not (root / BotSettings().domain).exists():
        given["bot"]["domain"] = "domain"
    try:
        tables: dict[str, Any] = {
            name: parse_settings(kind, given[name], table=name) for name, kind in kinds.items()
        }
    except SettingsError as error:
        raise ConfigError(error.message, where=where) from None
    sources = document.get("source", {})
    if not isinstance(sources, Mapping) or not all(
        isinstance(source, Mapping) for source in sources.values()
    ):
        raise ConfigError("a source is a table of its own: [source.NAME]", where=where)
    return Settings(**tables, sources=sources)


def _given(
    name: str,
    kind: Any,
    document: Mapping[str, Any],
    environ: Mapping[str, str],
    where: str | Path,
) -> dict[str, object]:
    """INTENT_AL_SELECT_SIZE=20 is ``size = 20`` in [select]; other such names are not ours."""
    table = document.get(name, {})
    if not isinstance(table, Mapping):
        raise ConfigError(f"[{name}] has to be a table", where=where)
    variables = {
        item.name: environ[variable]
        for item in dataclasses.fields(kind)
        if (variable := f"INTENT_AL_{name}_{item.name}".upper()) in environ
    }
    return {**table, **variables}
