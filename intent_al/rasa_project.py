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

from intent_al.config import CONFIG_FILE, Project
from intent_al.errors import ConfigError

_OTHER_SOURCE = f"name another log in {CONFIG_FILE}: [source.NAME] connector = ..."
_VARIABLE = re.compile(r"\$\{(\w+)\}")


def sources(project: Project) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Name of a source -> (connector, its settings); paths are relative to the project.

    Settings of a source named ``rasa`` are added to what ``endpoints.yml`` says. Raises ConfigError
    where neither names a log.
    """
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for name, settings in project.settings.sources.items():
        own = {key: value for key, value in settings.items() if key != "connector"}
        connector = settings.get("connector", "rasa_sql" if name == "rasa" else None)
        if connector is None:
            raise ConfigError(f"[source.{name}] needs a connector", where=project.root)
        if connector == "rasa_sql" and "url" not in own:
            own["url"] = tracker_store_url(project)
        found[name] = (str(connector), _inside(project.root, own))
    return found or {"rasa": ("rasa_sql", {"url": tracker_store_url(project)})}


def tracker_store_url(project: Project) -> str:
    """The SQLAlchemy URL of the SQL tracker store that ``endpoints.yml`` names."""
    path = project.root / project.settings.bot.endpoints
    store = _read(path).get("tracker_store")
    if not isinstance(store, Mapping):
        raise ConfigError(
            f"names no tracker_store: the bot keeps its conversations in memory; {_OTHER_SOURCE}",
            where=path,
        )
    kind = str(store.get("type", ""))
    if kind.lower() != "sql":
        raise ConfigError(
            f"tracker_store of type {kind!r} cannot be read yet, only SQL; {_OTHER_SOURCE}",
            where=path,
        )
    return _url(store, project.root)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"is missing; {_OTHER_SOURCE}", where=path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", where=path) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError(
            f"is no YAML: {getattr(error, 'problem', None) or 'unreadable'}",
            where=path,
            line=None if mark is None else mark.line + 1,
        ) from error
    if document is None:
        return {}
    if not isinstance(document, Mapping):
        raise ConfigError("has to be a mapping with a tracker_store", where=path)
    return document


def _url(store: Mapping[str, Any], root: Path) -> str:
    """As Rasa builds it: a full URL in ``url`` wins, else the parts are put together."""
    parts = {str(key): _expand(value) for key, value in store.items()}
    address = str(parts.get("url") or "")
    if "://" in address:
        return address
    dialect = str(parts.get("dialect", "sqlite"))
    database = parts.get("db", "rasa.db")
    if dialect == "sqlite":
        return f"sqlite:///{(root / str(database)).as_posix()}"
    from sqlalchemy.engine import URL

    return URL.create(
        dialect,
        username=parts.get("username"),
        password=parts.get("password"),
        host=address or None,
        port=int(parts["port"]) if parts.get("port") else None,
        database=str(parts.get("login_db") or database),
        query=parts.get("query") or {},
    ).render_as_string(hide_password=False)


def _expand(value: Any) -> Any:
    """``${NAME}`` is an environment variable, as in Rasa's own reader."""
    if not isinstance(value, str):
        return value
    return _VARIABLE.sub(lambda found: os.environ.get(found.group(1), found.group()), value)


def _inside(root: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Relative paths in a source's settings are meant from the project's folder."""
    own = dict(settings)
    for key in ("path", "url", "exclude_senders"):
        value = own.get(key)
        if isinstance(value, str) and "://" not in value and value:
            own[key] = str(root / value)
    return own
