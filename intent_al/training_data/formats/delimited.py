"""CSV with the columns text, intent, entities and metadata, safe to open in a spreadsheet.

The first row names the columns, in any order and in upper or lower case; ``text`` and ``intent``
are needed, ``entities`` and ``metadata`` hold JSON as in JSON lines, further columns are passed
over. Comma, semicolon, tab and bar are told apart by that row; the file is UTF-8.

A cell that a spreadsheet would take for a formula (``=``, ``+``, ``-``, ``@``, a tab or a line
break in front, or their full-width forms) is written with an apostrophe before it, and reading
takes that apostrophe off again. Written files begin with a byte-order mark, without which
spreadsheets take UTF-8 for something else. NUL characters have no place in CSV and are reported.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import orjson

from intent_al.errors import TrainingDataError
from intent_al.training_data.formats.base import (
    Format,
    Lost,
    Written,
    decoded,
    unstorable,
)
from intent_al.training_data.formats.records import dumped, entity_objects, placed
from intent_al.training_data.placed import PlacedExample, TrainingData

DELIMITERS = ",;\t|"
_JSON_COLUMNS = ("entities", "metadata")
# With apostrophes of its own in front, so that exactly one is added and exactly one taken off.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_LINE_END = "\r\n"


class DelimitedFormat(Format):
    name: ClassVar[str] = "delimited"
    suffixes: ClassVar[tuple[str, ...]] = (".csv",)
    summary: ClassVar[str] = "CSV for spreadsheets, safe against formulas."

    def read(self, source: bytes, path: Path) -> TrainingData:
        examples = tuple(placed(record, path, line) for line, record in _records(source, path))
        return TrainingData(examples=examples, files=(path,))

    def write(self, examples: Sequence[PlacedExample]) -> Written:
        with_metadata = any(one.metadata is not None for one in examples)
        header = ["text", "intent", "entities", *(["metadata"] if with_metadata else [])]
        rows: list[Sequence[str]] = []
        lost: list[Lost] = []
        for one in examples:
            row = [one.example.text, one.example.intent, entities_cell(one)]
            row += [one.metadata or ""] if with_metadata else []
            reason = unstorable(one) or refusal(row)
            if reason:
                lost.append(Lost(one.example, reason))
            else:
                rows.append(row)
        return Written(table(header, rows), tuple(lost))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A whole CSV file; each cell is quoted, and none of them is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=_LINE_END)
    writer.writerow(header)
    writer.writerows([_protected(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def refusal(row: Sequence[str]) -> str | None:
    """Say why a row cannot be CSV; None when it can."""
    if any("\0" in cell for cell in row):
        return "it holds a NUL character, which CSV has no place for"
    longest = csv.field_size_limit()
    if any(len(cell) >= longest for cell in row):
        return f"it has a cell of {longest:,} characters or more, which readers of CSV refuse"
    return None


def entities_cell(one: PlacedExample) -> str:
    entities = one.example.entities
    return dumped(entity_objects(entities)) if entities else ""


def _protected(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unprotected(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _records(source: bytes, path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """(line number, record) of each row that is not empty."""
    rows = _rows(decoded(source, path), path)
    columns: list[str] | None = None
    for line, cells in rows:
        if not any(cells):
            continue
        if columns is None:
            columns = _columns(cells, path, line)
            continue
        if len(cells) > len(columns):
            raise TrainingDataError(
                f"{len(cells)} cells where the first row names {len(columns)}; a cell with a "
                "delimiter needs quotes",
                where=path,
                line=line,
            )
        filled = dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))
        record: dict[str, object] = {name: _unprotected(cell) for name, cell in filled.items()}
        for name in _JSON_COLUMNS:
            record[name] = _json(filled.get(name, ""), name, path, line)
        yield line, record


def _rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TrainingDataError(f"is no row of CSV ({error})", where=path, line=line) from error
        yield line, cells


def _columns(cells: Sequence[str], path: Path, line: int) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    for needed in ("text", "intent"):
        if names.count(needed) != 1:
            raise TrainingDataError(
                f"the first row has to name the columns, with one {needed!r}; it is {cells!r}",
                where=path,
                line=line,
            )
    return names


def _json(cell: str, name: str, path: Path, line: int) -> object:
    if not cell.strip():
        return None
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError as error:
        raise TrainingDataError(
            f"the cell {name!r} is no JSON ({error})", where=path, line=line
        ) from error
