"""Open a database to read it, and say in our own errors what went wrong.

SQLite is opened read-only by its path and never waits long: Rasa writes to the same file from
inside its event loop, so a lock that we hold stalls the bot, and one that it holds is soon gone.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import NullPool

from connectors.errors import SettingsError, SourceBroken, TryAgain

BUSY_TIMEOUT = 2.0
"""Seconds to wait for a lock on SQLite."""


def open_engine(address: str) -> tuple[Engine, str]:
    """An engine for a SQLAlchemy URL or the path of an SQLite file, and its name for errors."""
    if "://" not in address:
        return _sqlite_engine(Path(address).expanduser())
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        # The text may hold a password: it is not repeated.
        raise SettingsError("the setting 'url' is no SQLAlchemy URL (dialect://...)") from None
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(_sqlite_path(url))
    shown = url.render_as_string(hide_password=True)
    try:
        return sqlalchemy.create_engine(url), shown
    except NoSuchModuleError:
        raise SettingsError("SQLAlchemy knows no such dialect or driver", where=shown) from None
    except ImportError as error:
        message = f"the database driver {error.name!r} is not installed: pip install it"
        raise SettingsError(message, where=shown) from None


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn the database's errors into ours."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = getattr(error, "orig", None) or error
        reason = str(cause).strip().partition("\n")[0]
        if isinstance(cause, sqlite3.Error):
            raise _sqlite_error(reason, where) from error
        if isinstance(error, OperationalError):
            message = f"the database cannot be reached: {reason}; try again later"
            raise TryAgain(message, where=where) from None
        raise SourceBroken(f"the database refuses: {reason}", where=where) from None


def _sqlite_path(url: URL) -> Path:
    database = url.database or ""
    if database in ("", ":memory:"):
        raise SettingsError(
            "the URL names a database in memory, which no other process can read; give a file",
            where=str(url),
        )
    if database.startswith("file:"):
        database = database[len("file:") :].partition("?")[0]
    return Path(database)


def _sqlite_engine(path: Path) -> tuple[Engine, str]:
    where = str(path)
    if path.is_dir():
        raise SettingsError("this is a folder; name the database file in it", where=where)
    if not path.exists():
        raise SettingsError("there is no such database file; check the path", where=where)
    if not os.access(path, os.R_OK):
        raise SettingsError("the database file may not be read; check its permissions", where=where)
    uri = f"file:{quote(str(path.resolve()))}?mode=ro"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT, check_same_thread=False)

    engine = sqlalchemy.create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "connect", _forbid_writing)
    return engine, where


def _forbid_writing(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only = 1")


def _sqlite_error(reason: str, where: str) -> SourceBroken | TryAgain:
    lowered = reason.lower()
    if "locked" in lowered or "busy" in lowered:
        message = f"another process holds the database ({reason}); try again later"
        return TryAgain(message, where=where)
    if "not a database" in lowered:
        return SourceBroken("file is not a database: no SQLite file, or encrypted", where=where)
    if "malformed" in lowered or "corrupt" in lowered or "could not decode" in lowered:
        message = f"the database is corrupt ({reason}); restore it or run sqlite3's .recover"
        return SourceBroken(message, where=where)
    return TryAgain(f"the database cannot be read now: {reason}", where=where)
