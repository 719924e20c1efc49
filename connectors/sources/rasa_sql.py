"""Rasa's SQL tracker store, read through SQLAlchemy (1.4 or 2).

Settings: ``url`` is the SQLAlchemy URL of the tracker store, or simply the path of an SQLite file
(``rasa.db``). ``table`` is ``events`` unless the tracker store was told otherwise.
``assistant_id``, ``channel`` and ``exclude_senders`` keep one bot's real conversations where a
store is shared.

A message's channel is its ``input_channel``, its language what the channel put into
``metadata.language``, if it did.

How it reads. Rasa only ever appends rows, so the id is the cursor; a page is one short read-only
transaction, because a lock on SQLite stalls the bot. Two things make an id alone unsafe:

* PostgreSQL and MySQL give out ids before the commit, so that 105 can be visible before 104. The
  cursor therefore remembers which ids of the last ``overlap`` it has seen (their number and sum);
  when these change, that window is read again.
* SQLite reuses ids after the file was replaced or its tail deleted. The cursor keeps a fingerprint
  of its last row; when that row is not there any more, everything is read again. A ``source_id``
  holds the second of the row beside its id, so a new file's rows are new and a restored one's old.

Reading again is harmless: delivery is at least once, and whoever stores dedupes.

Only rows whose content matters are fetched with their JSON. A row that cannot be read is skipped
and reported; a store without user events yields what it has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from connectors.base import Connector, Cursor, Event, Kind, Page, Skipped
from connectors.errors import SettingsError, SkipRecord
from connectors.names import did_you_mean
from connectors.rasa.events import READERS, WAITS, read_time, to_event
from connectors.rasa.filter import RasaFilter, RasaLogSettings
from connectors.reading.id_window import IdWindow
from connectors.reading.sql import explained, open_engine
from connectors.settings import option

_COLUMNS = ("id", "sender_id", "type_name", "timestamp", "action_name", "data")
_FROM_COLUMNS: dict[str, Kind] = {
    "action": "action",
    "active_loop": "loop",
    "form": "loop",
    "session_started": "session",
}
"""Event types that are told by their columns alone; the name stands in ``action_name``."""

Row = tuple[int, str, str, "float | None", "str | None", "bytes | str | None"]


@dataclass(frozen=True, kw_only=True)
class RasaSqlSettings(RasaLogSettings):
    url: str = option(
        help="SQLAlchemy URL of the tracker store, or path of an SQLite file", secret=True
    )
    table: str = option("events", help="the table of the tracker store")
    overlap: int = option(5000, minimum=0, help="how many ids back a late row is still noticed")
    page_size: int = option(2000, minimum=1, help="rows read in one transaction")


class RasaSql(Connector):
    name: ClassVar[str] = "rasa_sql"
    settings_type: ClassVar[type] = RasaSqlSettings
    settings: RasaSqlSettings

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        engine, where = open_engine(self.settings.url)
        try:
            with explained(where), engine.connect() as connection:
                store = _Store(connection, self.settings, where)
                yield from _pages(store, self.settings, cursor)
        finally:
            engine.dispose()


def _pages(store: _Store, settings: RasaSqlSettings, cursor: Cursor | None) -> Iterator[Page]:
    window = _start(store, settings, cursor)
    mapper = _Mapper(settings, store)
    total = store.count_after(window.last)
    while rows := store.rows_after(window.last, settings.page_size):
        window.extend([row[0] for row in rows])
        events, skipped = mapper.read(rows)
        next_cursor = {"window": window.state(), "row": fingerprint(rows[-1])}
        yield Page(events, next_cursor, skipped, read=len(rows), total=total)


def _start(store: _Store, settings: RasaSqlSettings, cursor: Cursor | None) -> IdWindow:
    """Where to go on: after the cursor, at the start of its window, or from the beginning."""
    try:
        window = IdWindow.restore(settings.overlap, cursor["window"]) if cursor else None
    except (KeyError, TypeError, ValueError):
        window = None  # of another connector: the source was told to be of another kind
    row = store.row(window.last) if window else None
    if cursor is None or window is None or row is None or fingerprint(row) != cursor.get("row"):
        return IdWindow(settings.overlap)
    return window.compare(store.ids_between(window.low, window.last))


def fingerprint(row: Row) -> str:
    """Identity of a row. Hashed, because a sender id may be a telephone number."""
    text = f"{row[0]} {row[1]} {row[3]!r}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]


class _Store:
    """The queries; each is a transaction of its own."""

    def __init__(self, connection: Connection, settings: RasaSqlSettings, where: str) -> None:
        self._connection = connection
        self._table = _events_table(connection.engine, settings.table, where)
        columns = self._table.c
        # On MySQL the column is a 4 byte FLOAT, 128 s coarse: every time comes from the JSON.
        coarse = connection.dialect.name in ("mysql", "mariadb")
        filtered = settings.assistant_id is not None or settings.channel is not None
        wanted = set(READERS)
        if not coarse and not filtered:
            wanted -= set(_FROM_COLUMNS)
        data: Any = sa.case((columns.type_name.in_(sorted(wanted)), columns.data))
        if connection.dialect.name == "sqlite":
            # Bytes: a text that is not UTF-8 is then one bad record and not the end of the pull.
            data = sa.cast(data, sa.LargeBinary)
        self._rows = sa.select(
            columns.id, columns.sender_id, columns.type_name, columns.timestamp,
            columns.action_name, data.label("data"),
        )  # fmt: skip

    def rows_after(self, last: int, limit: int) -> Sequence[Row]:
        key = self._table.c.id
        rows: Sequence[Row] = self._fetch(self._rows.where(key > last).order_by(key).limit(limit))
        return rows

    def row(self, id_: int) -> Row | None:
        rows = self._fetch(self._rows.where(self._table.c.id == id_))
        return rows[0] if rows else None

    def ids_between(self, low: int, last: int) -> list[int]:
        key = self._table.c.id
        rows = self._fetch(sa.select(key).where(key > low, key <= last).order_by(key))
        return [row[0] for row in rows]

    def count_after(self, last: int) -> int:
        """At most so many; counting exactly would read the whole table."""
        key = self._table.c.id
        ((lowest, highest),) = self._fetch(sa.select(sa.func.min(key), sa.func.max(key)))
        return 0 if highest is None else max(0, highest - max(last, lowest - 1))

    def channel_before(self, sender: str, id_: int) -> str | None:
        columns = self._table.c
        mine = (columns.sender_id == sender, columns.type_name == "user", columns.id < id_)
        rows = self._fetch(self._rows.where(*mine).order_by(columns.id.desc()).limit(1))
        try:
            data = orjson.loads(rows[0][5] or b"") if rows else None
        except orjson.JSONDecodeError:
            return None
        return data.get("input_channel") if isinstance(data, dict) else None

    def _fetch(self, query: Any) -> Any:
        # The driver's own rows: SQLAlchemy's cost as much again as reading them.
        with self._connection.begin():
            result = self._connection.execute(query)
            return result.cursor.fetchall()


class _Mapper:
    """Rows to events. The loop runs once a row: what it does not need, it does not touch."""

    def __init__(self, settings: RasaSqlSettings, store: _Store) -> None:
        self._feedback_slot = settings.feedback_slot
        self._filter = RasaFilter(
            settings, lambda sender: store.channel_before(sender, self._current_id)
        )
        self._current_id = 0

    def read(self, rows: Sequence[Row]) -> tuple[list[Event], list[Skipped]]:
        events: list[Event] = []
        skipped: list[Skipped] = []
        excluded = self._filter.excluded
        for row in rows:
            id_, sender, type_name, seconds, name, data = row
            if type_name not in READERS or name == WAITS or sender in excluded:
                continue
            try:
                source_id = f"{id_}@{int(seconds)}" if seconds is not None else str(id_)
            except (TypeError, ValueError, OverflowError):
                skipped.append(Skipped(str(id_), "the row's timestamp is no number"))
                continue
            try:
                if data is None:
                    event = _from_columns(row, source_id)
                else:
                    event = self._from_json(data, sender, source_id, id_)
            except SkipRecord as error:
                skipped.append(Skipped(source_id, error.message))
                continue
            if event is not None:
                events.append(event)
        return events, skipped

    def _from_json(self, text: bytes | str, sender: str, source_id: str, id_: int) -> Event | None:
        try:
            data = orjson.loads(text)
        except (orjson.JSONDecodeError, TypeError) as error:
            raise SkipRecord(f"the data of the row is no JSON: {error}") from None
        if self._filter.active and type(data) is dict:
            self._current_id = id_
            if not self._filter.keeps(sender, data):
                return None
        return to_event(data, source_id, conversation=sender, feedback_slot=self._feedback_slot)


def _from_columns(row: Row, source_id: str) -> Event | None:
    _, sender, type_name, seconds, name, _ = row
    kind = _FROM_COLUMNS.get(type_name)
    if kind is None:
        raise SkipRecord("the row has no data")
    if kind == "session":
        name = None
    elif kind == "action" and not name:
        return None
    return Event(kind, sender, source_id, read_time(seconds), None, name or None)


def _events_table(engine: Engine, name: str, where: str) -> sa.Table:
    """The table with the columns that we use, or an error that says what is there instead."""
    inspector = sa.inspect(engine)
    schema, _, bare = name.rpartition(".")
    tables = inspector.get_table_names(schema=schema or None)
    if bare not in tables and bare not in inspector.get_view_names(schema=schema or None):
        there = did_you_mean(bare, tables) if tables else "; the database is empty"
        message = f"there is no table {name!r} (is this the tracker store of a Rasa bot?){there}"
        raise SettingsError(message, where=where)
    columns = {column["name"] for column in inspector.get_columns(bare, schema=schema or None)}
    missing = [column for column in _COLUMNS if column not in columns]
    if missing:
        message = (
            f"the table {name!r} has no column {', '.join(missing)}: it is not a tracker store's"
            " (Rasa's SQL event broker calls its table 'events' as well)"
        )
        raise SettingsError(message, where=where)
    return sa.Table(
        bare, sa.MetaData(), *(sa.Column(column) for column in _COLUMNS), schema=schema or None
    )
