"""Where a Rasa project keeps its conversations, read from its own ``endpoints.yml``.

This is what makes the tool run without any configuration in a bot's folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from intent_al.engines.logs import absolute
from intent_al.errors import ConfigError
from intent_al.project.config import CONFIG_FILE, Project

NAME = "rasa"
"""Of the source that the bot's own log is, unless it is given another."""

SPOOL = ".intent-al/spool/events.jsonl"
"""Where ``inside_rasa.event_broker`` writes unless it is told otherwise."""

_OTHER_SOURCE = f"name another log in {CONFIG_FILE}: [source.NAME] connector = ..."
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def own_log(project: Project) -> tuple[str, Mapping[str, Any]]:
    """(connector, its settings) of the log that the bot itself writes; paths are absolute.

    Raises ConfigError where ``endpoints.yml`` names none that can be read.
    """
    spool = spool_path(project)
    if spool is not None and not _has_sql_store(project):
        return "rasa_events", {"path": str(spool)}
    return "rasa_sql", {"url": tracker_store_url(project)}


def completed(
    project: Project, name: str, connector: str | None, settings: Mapping[str, Any]
) -> tuple[str, Mapping[str, Any]] | None:
    """A source of ours with what it leaves to ``endpoints.yml``; None for one that is not ours."""
    if connector is None and name != NAME:
        return None
    if connector not in (None, "rasa_sql"):
        return None
    given = {} if "url" in settings else {"url": tracker_store_url(project)}
    return "rasa_sql", {**settings, **given}


def spool_path(project: Project) -> Path | None:
    """Where our event broker spools the bot's events, when ``endpoints.yml`` names it."""
    path = project.root / project.settings.bot.endpoints
    broker = _read(path).get("event_broker") if path.exists() else None
    if not isinstance(broker, Mapping) or not str(broker.get("type")).endswith(".SpoolBroker"):
        return None
    return project.root / str(_expand(broker.get("path") or SPOOL, path))


def _has_sql_store(project: Project) -> bool:
    store = _read(project.root / project.settings.bot.endpoints).get("tracker_store")
    return isinstance(store, Mapping) and str(store.get("type")).lower() == "sql"


def tracker_store_url(project: Project) -> str:
    """What ``endpoints.yml`` names: a SQLAlchemy URL, or the path of an SQLite file."""
    path = project.root / project.settings.bot.endpoints
    store = _read(path).get("tracker_store")
    kind = store.get("type") if isinstance(store, Mapping) else None
    if not isinstance(store, Mapping) or kind is None:
        raise ConfigError(
            f"names no tracker_store: the bot keeps its conversations in memory; {_OTHER_SOURCE}",
            where=path,
        )
    if str(kind).lower() != "sql":
        raise ConfigError(
            f"tracker_store of type {kind!r} cannot be read yet, only SQL; {_OTHER_SOURCE}",
            where=path,
        )
    parts = {str(key): _expand(value, path) for key, value in store.items()}
    return absolute(project.root, _url(parts, path))


def mapping(text: str, path: Path) -> dict[str, Any]:
    """The document of one of Rasa's settings files. Raises ConfigError for what is no mapping."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError(
            f"is no YAML: {getattr(error, 'problem', None) or 'unreadable'}",
            where=path,
            line=None if mark is None else mark.line + 1,
        ) from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfigError("has to be a mapping", where=path)
    return document


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return mapping(path.read_text(encoding="utf-8"), path)
    except FileNotFoundError:
        raise ConfigError(f"is missing; {_OTHER_SOURCE}", where=path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", where=path) from error


def _url(parts: Mapping[str, Any], where: Path) -> str:
    """As Rasa builds it: a full URL in ``url`` wins, else the parts are put together.

    The conversations are in ``db``; ``login_db`` is only where the bot logs in to create it.
    """
    address = str(parts.get("url") or "")
    if "://" in address:
        return address
    dialect = str(parts.get("dialect") or "sqlite")
    database = str(parts.get("db") or "rasa.db")
    if dialect.partition("+")[0] == "sqlite":
        return database
    from sqlalchemy.engine import URL

    host, _, port = address.partition(":")
    port = str(parts.get("port") or port)
    if port and not port.isdecimal():
        raise ConfigError(f"tracker_store: port {port!r} is no number", where=where)
    query = parts.get("query") or {}
    if not isinstance(query, Mapping):
        raise ConfigError("tracker_store: query has to be a mapping", where=where)
    return URL.create(
        dialect,
        username=_text(parts.get("username")),
        password=_text(parts.get("password")),
        host=host or None,
        port=int(port) if port else None,
        database=database,
        query={str(key): str(value) for key, value in query.items()},
    ).render_as_string(hide_password=False)


def _text(value: object) -> str | None:
    """A password of digits is a number to YAML."""
    return None if value is None else str(value)


def _expand(value: Any, where: Path) -> Any:
    """``${NAME}`` is an environment variable; as for Rasa, one that is not set is an error."""
    if isinstance(value, Mapping):
        return {key: _expand(item, where) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    missing = [name for name in _VARIABLE.findall(value) if name not in os.environ]
    if missing:
        raise ConfigError(
            f"the environment variable {missing[0]} is not set; the bot's tracker_store needs it",
            where=where,
        )
    return _VARIABLE.sub(lambda found: os.environ[found.group(1)], value)
