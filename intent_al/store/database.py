"""One opener and one way to write, so that a nightly job and a reviewer never lose to each other.

WAL and a busy timeout let readers go on while somebody writes. Every write transaction begins with
``BEGIN IMMEDIATE``: a deferred one that reads before it writes fails with "database is locked" as
soon as two do so at a time, however long the timeout.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from intent_al.errors import StoreError
from intent_al.store.schema import MIGRATIONS

BUSY_SECONDS = 30.0
LOOK_AGAIN = 0.002
"""Seconds after which somebody who wants to write looks whether another process still does."""
CACHE_KILOBYTES = 32_768
"""The inner pages of every index stay in memory, so that a pull does not read them again."""

CHECKPOINT_PAGES = 4_000
"""A page that several transactions change is copied into the file once, not for each of them."""


class Store:
    """The database of one project. Use it as a context manager; it closes the connection."""

    def __init__(
        self,
        path: Path | None,
        *,
        read_only: bool = False,
        any_thread: bool = False,
        patience: float = BUSY_SECONDS,
    ) -> None:
        """``read_only`` opens a database of this version, which exists, and changes nothing.

        ``any_thread``: the caller sees to it that one thread uses it at a time. ``patience``:
        seconds to wait for others that write.
        """
        self.path = path
        self._patience = patience
        if path and read_only:
            self.connection = _connect_to_read(path)
        else:
            self.connection = _connect(path, any_thread=any_thread)
        self.db = Database(self.connection, execute_plugins=False)
        """The same file as sqlite-utils sees it, for reading."""
        self.connection.row_factory = sqlite3.Row
        try:
            self._migrate(read_only=read_only)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """One short transaction that either holds completely or not at all.

        ``durable``: on the disk at the end, also when the power fails then. What a machine does can
        be done again; what a person has decided cannot be asked again.
        """
        with _explained(self.path):
            self.connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._begin()
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # a full disk has rolled it back already
                    self.connection.execute("ROLLBACK")
                raise

    def _begin(self) -> None:
        """SQLite itself looks again after up to 100 ms: beside a pull, most of its short breaks
        would be missed, and a person waits."""
        deadline = time.monotonic() + self._patience
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    self.connection.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() > deadline:
                        raise
                time.sleep(LOOK_AGAIN)
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {int(self._patience * 1000)}")

    def query(self, sql: str, parameters: object = ()) -> list[sqlite3.Row]:
        with _explained(self.path):
            return self.connection.execute(sql, parameters).fetchall()  # type: ignore[arg-type]

    def value(self, sql: str, parameters: object = ()) -> object:
        """The first column of the first row, or None."""
        rows = self.query(sql, parameters)
        return rows[0][0] if rows else None

    def count(self, sql: str, parameters: object = ()) -> int:
        found = self.value(sql, parameters)
        return found if isinstance(found, int) else 0

    def _migrate(self, *, read_only: bool = False) -> None:
        """Bring the schema up to date; safe when several processes open a new file at once."""
        current = self.count("PRAGMA user_version")
        if current > len(MIGRATIONS):
            raise StoreError(
                f"was written by a newer version (schema {current}, this one knows "
                f"{len(MIGRATIONS)}): upgrade intent-al",
                where=self.path,
            )
        if current == len(MIGRATIONS):
            return
        if read_only:
            raise StoreError(
                f"was written by an older version (schema {current}): `intent-al status` brings "
                "it up to date",
                where=self.path,
            )
        with self.write() as connection:
            current = self.count("PRAGMA user_version")
            if current == 0 and self.db.table_names():
                raise StoreError("belongs to another program; move it away", where=self.path)
            for number, migration in enumerate(MIGRATIONS[current:], start=current + 1):
                migration(connection)
                connection.execute(f"PRAGMA user_version = {number}")


def _connect(path: Path | None, *, any_thread: bool = False) -> sqlite3.Connection:
    with _explained(path):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            ":memory:" if path is None else path,
            timeout=BUSY_SECONDS,
            isolation_level=None,  # transactions are ours, explicitly
            check_same_thread=not any_thread,
        )
        try:
            _become_wal(connection)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = {-CACHE_KILOBYTES}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        except BaseException:
            connection.close()
            raise
    return connection


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """Without a log beside it nobody is writing, and SQLite need not make files of its own."""
    log = path.with_name(f"{path.name}-wal")
    quiet = "" if log.exists() else "&immutable=1"
    with _explained(path):
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro{quiet}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
        )


def _become_wal(connection: sqlite3.Connection) -> None:
    """Switching a new file to WAL needs it alone, and SQLite does not wait for that by itself."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


@contextmanager
def _explained(path: Path | None) -> Iterator[None]:
    """Errors of SQLite and of the disk as one line that says what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"cannot be written ({reason}); check folder and disk", where=path
        ) from error
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text:
            raise StoreError("is locked by another process; try again", where=path) from error
        if "unable to open" in text or "readonly" in text or "full" in text:
            raise StoreError(
                f"cannot be written ({text}); check folder and disk", where=path
            ) from error
        raise
    except sqlite3.DatabaseError as error:
        if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)):
            raise
        raise StoreError(
            f"is no usable database ({error}); restore a backup, or move it away and pull again",
            where=path,
        ) from error
