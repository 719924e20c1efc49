"""Messages in a CSV file: comma, semicolon, tab or bar, with columns of any name.

Settings: ``path``; ``columns`` says which column holds what, e.g. ``{text = "Message", timestamp =
"Created at"}``. Targets are text (the only one required), timestamp, conversation_id, message_id,
speaker (user, customer, visitor... or bot, agent, assistant...; user where it is empty), intent,
confidence, intent_ranking and entities (JSON), feedback (up/down, 1/-1), language and channel;
each defaults to the column of its own name, in upper or lower case. ``delimiter`` and ``encoding``
are found out unless they are given: UTF-8 with or without byte order mark, else cp1252.

The first row names the columns. Quoted cells may hold line breaks; NUL bytes are removed; the
apostrophe that exports put before ``= + - @`` against formulas is undone. A row that cannot be
read is skipped and reported with its line number; a quote that is never closed costs the line on
which it opens and not the rest of the file. Rows without a conversation id are conversations of
their own. The file may grow; when it is replaced, it is read from the beginning.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar, NamedTuple

from connectors.base import Connector, Cursor, Page
from connectors.errors import SettingsError, SkipRecord
from connectors.names import did_you_mean
from connectors.reading.columns import TableSettings, check_encoding, column_of, decode, to_events
from connectors.reading.lines import (
    PageBuilder,
    Position,
    RawLine,
    cursor_at,
    open_file,
    read_lines,
    record_id,
    resume,
)
from connectors.settings import option

DELIMITERS = ",;\t|"

_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "pipe": "|"}
_FORMULA = ("'=", "'+", "'-", "'@", "'\t", "'\r")


def read_delimiter(value: object) -> str:
    if isinstance(value, str):
        character = _NAMES.get(value.lower(), value)
        if character == "auto" or (len(character) == 1 and character not in '"\r\n\0'):
            return character
    raise ValueError("auto, tab or one character")


@dataclass(frozen=True, kw_only=True)
class DelimitedSettings(TableSettings):
    delimiter: str = option(
        "auto", help="auto (one of , ; tab |), tab or one character", parse=read_delimiter
    )


class DelimitedRecord(NamedTuple):
    """The cells of one row with its lines; ``cells`` is None where they cannot be told."""

    cells: list[str] | None
    lines: list[RawLine]

    def source_id(self) -> str:
        content = b"".join(line.raw or b"" for line in self.lines)
        return record_id(self.lines[0].number, content)


class Delimited(Connector):
    name: ClassVar[str] = "delimited"
    settings_type: ClassVar[type] = DelimitedSettings
    settings: DelimitedSettings

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        settings = self.settings
        check_encoding(settings)
        with open_file(settings.path) as file:
            position = resume(file, cursor)
            if position is not None:
                yield from _pages(file, settings, position)


def _pages(file: BinaryIO, settings: DelimitedSettings, position: Position) -> Iterator[Page]:
    header, delimiter, body = _header(file, settings)
    places = _places(header, settings)
    if position.offset < body.offset:
        position = body
    page = PageBuilder()
    for record in read_records(read_lines(file, position), delimiter, settings.encoding):
        last = record.lines[-1]
        if last.complete or record.cells:
            _add(page, record, places, settings)
        if not last.complete:
            if record.cells:
                tail = last.end - position.offset
                position = Position(position.offset, position.lines, tail)
            break
        position = Position(last.end, last.number)
        if page.read >= settings.page_size:
            yield page.finish(cursor_at(file, position))
            page = PageBuilder()
    if page.read:
        yield page.finish(cursor_at(file, position))


def _add(
    page: PageBuilder, record: DelimitedRecord, places: dict[str, int], settings: DelimitedSettings
) -> None:
    cells = record.cells
    if cells is not None and not any(cells):  # a blank line, or one of delimiters only
        return
    page.read += 1
    source_id = record.source_id()
    try:
        if cells is None:
            raise SkipRecord("no row: a quote is not closed or not followed by a delimiter")
        if len(cells) > places["*"]:
            count = f"{len(cells)} cells where the first row has {places['*']}"
            raise SkipRecord(f"{count}; a cell with a delimiter needs quotes")
        row = {
            target: _unprotect(cells[place])
            for target, place in places.items()
            if place < len(cells)
        }
        page.events += to_events(row, source_id, settings.timestamp_format)
    except SkipRecord as error:
        page.skip(record.lines[0], source_id, error.message)


def _unprotect(cell: str) -> str:
    return cell[1:] if cell.startswith(_FORMULA) else cell


def _places(header: list[str], settings: DelimitedSettings) -> dict[str, int]:
    """Target to index of its cell; ``*`` is the number of cells in a row."""
    where = str(settings.path)
    names = [name.strip() for name in header]
    lowered = [name.lower() for name in names]
    places = {"*": len(names)}
    for target, column in column_of(settings).items():
        if column in names:
            places[target] = names.index(column)
        elif column.lower() in lowered:
            places[target] = lowered.index(column.lower())
        elif target in settings.columns or target == "text":
            hint = did_you_mean(column, [name for name in names if name])
            message = f"set 'columns': there is no column {column!r} for {target}{hint}"
            raise SettingsError(message, where=where)
    return places


def _header(file: BinaryIO, settings: DelimitedSettings) -> tuple[list[str], str, Position]:
    """Names of the columns, the delimiter, and where the rows begin.

    The delimiter is read off the first row alone, so that a file that grew is read the same way.
    """
    start = Position()
    given = settings.delimiter
    first = next(read_lines(file, start), None)
    text = decode(first.raw or b"", settings.encoding).strip() if first else ""
    if first and text.lower().startswith("sep=") and len(text) == 5:  # Excel's own notation
        given = text[4] if given == "auto" else given
        start = Position(first.end, first.number)
        first = next(read_lines(file, start), None)
        text = decode(first.raw or b"", settings.encoding) if first else ""
    delimiter = sniff(text) if given == "auto" else given
    for record in read_records(read_lines(file, start), delimiter, settings.encoding):
        last = record.lines[-1]
        if record.cells is None:
            raise SettingsError("the first row is no row of CSV", where=str(settings.path))
        if any(record.cells):
            return record.cells, delimiter, Position(last.end, last.number)
    raise SettingsError("the file is empty: there is no row of names", where=str(settings.path))


def sniff(header: str) -> str:
    """The delimiter of a row of names; a comma where there is only one name."""
    try:
        return csv.Sniffer().sniff(header, DELIMITERS).delimiter
    except csv.Error:
        best = max(DELIMITERS, key=header.count)
        return best if header.count(best) else ","


class _Feed:
    """Gives lines to csv.reader and remembers them, so that they can be given again."""

    def __init__(self, lines: Iterator[RawLine], encoding: str) -> None:
        self._lines = lines
        self._encoding = encoding
        self._again: deque[RawLine] = deque()
        self.taken: list[RawLine] = []

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        if line.raw is None:
            raise csv.Error("line too long")
        return decode(line.raw, self._encoding)

    def give_back(self) -> None:
        """All but the first line taken."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def read_records(
    lines: Iterator[RawLine], delimiter: str, encoding: str
) -> Iterator[DelimitedRecord]:
    """Rows with the lines that they stand on."""
    feed = _Feed(lines, encoding)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.taken = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # A stray quote swallows rows until the next one: give up its own line and go on.
            feed.give_back()
            yield DelimitedRecord(None, feed.taken)
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
        else:
            yield DelimitedRecord(cells, feed.taken)
