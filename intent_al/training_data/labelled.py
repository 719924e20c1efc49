"""Labelled texts from files that are not training data: test sets and answers of reviewers.

They come from other tools and other people's hands, so every record is checked before it is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from intent_al.errors import ConfigError, TrainingDataError, UsageError
from intent_al.records import Entity, Example
from intent_al.training_data.dialects.registry import dialect_of
from intent_al.training_data.formats import format_of
from intent_al.training_data.formats.jsonl import objects
from intent_al.training_data.formats.records import entities_of
from intent_al.training_data.of_project import read_paths
from intent_al.training_data.placed import PlacedExample


def read_test_file(path: Path, *, named_by: str | None = None) -> list[Example]:
    """Examples of a file in any format that is known by its suffix, or of a folder of NLU files.

    ``named_by`` is the setting that names the file, None where the command does. Raises ConfigError
    in the first case, UsageError in the other, where there is no such file or format.
    """
    return [placed.example for placed in read_placed(path, named_by=named_by)]


def read_placed(path: Path, *, named_by: str | None = None) -> list[PlacedExample]:
    """The same with their places."""
    try:
        if not path.exists():
            raise UsageError("it does not exist", where=path)
        if path.is_dir():
            return list(read_paths(dialect_of(path), [path]).examples)
        found = format_of(path)
    except UsageError as error:
        if named_by is None:
            raise
        raise ConfigError(f"is named by {named_by}; {error.message}", where=path) from None
    return list(found.read(_bytes_of(path), path).examples)


def records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, object) of JSON lines; blank lines are passed over."""
    yield from objects(_bytes_of(path), path)


def entities(record: Mapping[str, Any], path: Path, number: int) -> tuple[Entity, ...]:
    """The checked ``entities`` of a record, whose ``text`` they are spans of."""
    return entities_of(record.get("entities"), record["text"], path, number)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TrainingDataError(f"cannot be read: {error.strerror}", where=path) from error
