"""Read a growing text file line by line, so that a later run goes on where this one ended.

The cursor is a byte offset, the number of lines before it, and a fingerprint of what stands
before it (its first and its last kilobyte). When the file was rotated, truncated or written anew
the fingerprint does not fit, and it is read from the beginning. A ``source_id`` is the line's
number and a checksum of its bytes: the line of another file at the same place is another record.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from connectors.base import Cursor, Event, Page, Skipped
from connectors.errors import SettingsError, SkipRecord, SourceBroken

MAX_LINE = 16 * 2**20
"""Bytes. A longer line belongs to a file of another kind; it is skipped, not held in memory."""

_SAMPLE = 1024


class RawLine(NamedTuple):
    number: int
    raw: bytes | None
    """With its line break; None when it is longer than MAX_LINE."""
    end: int
    """Offset after it."""
    complete: bool
    """Whether it ends in a line break: the last one may still be written."""

    def source_id(self) -> str:
        return record_id(self.number, self.raw or b"")


def record_id(number: int, content: bytes) -> str:
    """Line number and checksum; the line break, which may be written later, is no content."""
    checksum = zlib.crc32(content.rstrip(b"\r\n"))
    return f"{number}-{checksum:08x}"


@dataclass(frozen=True)
class Position:
    """An offset and the lines before it; ``tail`` bytes after it had no line break when read."""

    offset: int = 0
    lines: int = 0
    tail: int = 0


def open_file(path: Path) -> BinaryIO:
    """Open for reading, or say what to do about it."""
    where = str(path)
    try:
        if path.is_dir():
            raise SettingsError("this is a folder; name the file in it", where=where)
        file = path.expanduser().open("rb")
    except FileNotFoundError:
        raise SettingsError("there is no such file; check the path", where=where) from None
    except PermissionError:
        message = "the file may not be read; check its permissions"
        raise SettingsError(message, where=where) from None
    except (OSError, ValueError) as error:
        raise SourceBroken(f"the file cannot be read: {error}", where=where) from None
    start = file.read(2)
    file.seek(0)
    if start in (b"\xff\xfe", b"\xfe\xff"):
        file.close()
        raise SettingsError("the file is UTF-16; save it as UTF-8", where=where)
    return file


def resume(file: BinaryIO, cursor: Cursor | None) -> Position | None:
    """Where to go on; None when there is nothing after the cursor."""
    try:
        # A cursor of another connector (the source was told to be of another kind) is none.
        numbers = [int(cursor[key]) for key in ("offset", "lines", "tail")] if cursor else []
        position = Position(*numbers)
    except (KeyError, TypeError, ValueError):
        return Position()
    if cursor is None or position.offset + position.tail == 0:
        return Position()
    end = position.offset + position.tail
    size = os.fstat(file.fileno()).st_size
    if size < end or fingerprint(file, end) != cursor.get("print"):
        return Position()
    return None if size == end else position


def cursor_at(file: BinaryIO, position: Position) -> dict[str, Any]:
    return {
        "offset": position.offset,
        "lines": position.lines,
        "tail": position.tail,
        "print": fingerprint(file, position.offset + position.tail),
    }


def fingerprint(file: BinaryIO, end: int) -> str:
    """Of the first and last kilobyte before ``end``; the reading position is kept."""
    here = file.tell()
    file.seek(0)
    sample = file.read(min(_SAMPLE, end))
    file.seek(max(0, end - _SAMPLE))
    sample += file.read(min(_SAMPLE, end))
    file.seek(here)
    return hashlib.sha256(sample).hexdigest()[:24]


def read_lines(file: BinaryIO, position: Position) -> Iterator[RawLine]:
    """The lines from ``position`` on, numbered from 1."""
    file.seek(position.offset)
    number, end = position.lines, position.offset
    while raw := file.readline(MAX_LINE):
        number += 1
        end += len(raw)
        complete = raw.endswith(b"\n")
        if complete or len(raw) < MAX_LINE:
            yield RawLine(number, raw, end, complete)
            continue
        while not complete and (more := file.readline(MAX_LINE)):
            end += len(more)
            complete = more.endswith(b"\n")
        yield RawLine(number, None, end, complete)


def line_pages(
    path: Path,
    cursor: Cursor | None,
    page_size: int,
    read: Callable[[bytes, str], list[Event]],
    *,
    read_tail: bool,
) -> Iterator[Page]:
    """Pages of a file with one record a line; ``read`` makes events of one or raises SkipRecord.

    A last line without a line break is left for the next pull. With ``read_tail`` it is taken if it
    can be read: an object of JSON that was cut off never can.
    """
    with ExitStack() as stack:
        for file, mark in _parts(path, cursor, stack):
            position = resume(file, mark)
            if position is not None:
                yield from _pages(file, position, page_size, read, read_tail=read_tail)


def _parts(
    path: Path, cursor: Cursor | None, stack: ExitStack
) -> list[tuple[BinaryIO, Cursor | None]]:
    """The files to read, in their order, each with the cursor to go on from.

    A log that was rotated was moved to ``NAME.1``, its predecessor to ``NAME.2`` and so on. The one
    that the cursor belongs to is finished first, then all that came after it are read.
    """
    files = _open_all(path, stack)
    if cursor is not None:
        for number, file in enumerate(files):
            if len(files) == 1 or _belongs(file, cursor):
                return [(file, cursor), *((one, None) for one in reversed(files[:number]))]
    return [(one, None) for one in reversed(files)]


def _open_all(path: Path, stack: ExitStack) -> list[BinaryIO]:
    """The file and those that it was moved to, the newest first, each of them once.

    All are held open before the first is read, so a rotation in the middle of a pull moves names
    and not what is read. It may also happen in the middle of this: a file is then met again under
    the next name, and for a moment one name is missing.
    """
    files: list[BinaryIO] = []
    met: set[tuple[int, int]] = set()
    number = missing = 0
    while missing < 2:
        name = path.with_name(f"{path.name}.{number}") if number else path
        number += 1
        if number > 1 and not name.is_file():
            missing += 1
            continue
        try:
            file = stack.enter_context(open_file(name))
        except SettingsError:
            if not _was_moved(path):
                raise
            continue
        missing = 0
        status = os.fstat(file.fileno())
        if (status.st_dev, status.st_ino) not in met:
            met.add((status.st_dev, status.st_ino))
            files.append(file)
    return files


def _was_moved(path: Path) -> bool:
    """Whether a log that is not there, or not there yet again, has predecessors."""
    return any(path.with_name(f"{path.name}.{number}").is_file() for number in (1, 2))


def _belongs(file: BinaryIO, cursor: Cursor) -> bool:
    """Whether the cursor was made in this file."""
    position = resume(file, cursor)
    return position is None or position.offset + position.tail > 0


def _pages(
    file: BinaryIO,
    position: Position,
    page_size: int,
    read: Callable[[bytes, str], list[Event]],
    *,
    read_tail: bool,
) -> Iterator[Page]:
    page = PageBuilder()
    for line in read_lines(file, position):
        if not line.complete:
            if read_tail and page.try_add(line, read):
                position = Position(position.offset, position.lines, line.end - position.offset)
            break
        if line.raw is None or not line.raw.isspace():
            page.add(line, read)
        position = Position(line.end, line.number)
        if page.read >= page_size:
            yield page.finish(cursor_at(file, position))
            page = PageBuilder()
    if page.read:
        yield page.finish(cursor_at(file, position))


class PageBuilder:
    """Events and skipped records until there are enough of them for a page."""

    def __init__(self) -> None:
        self.read = 0
        self.events: list[Event] = []
        self.skipped: list[Skipped] = []

    def add(self, line: RawLine, read: Callable[[bytes, str], list[Event]]) -> None:
        self.read += 1
        source_id = line.source_id()
        if line.raw is None:
            self.skip(line, source_id, f"the line is longer than {MAX_LINE} bytes")
            return
        try:
            self.events += read(line.raw, source_id)
        except SkipRecord as error:
            self.skip(line, source_id, error.message)

    def try_add(self, line: RawLine, read: Callable[[bytes, str], list[Event]]) -> bool:
        try:
            self.events += read(line.raw or b"", line.source_id())
        except SkipRecord:
            return False
        self.read += 1
        return True

    def skip(self, line: RawLine, source_id: str, reason: str) -> None:
        self.skipped.append(Skipped(source_id, f"line {line.number}: {reason}"))

    def finish(self, cursor: Cursor) -> Page:
        return Page(self.events, cursor, self.skipped, read=self.read)
