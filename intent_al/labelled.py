"""Labelled texts from files that are not training data: test sets and answers of reviewers.

They come from other tools and other people's hands, so every record is checked before it is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from intent_al.errors import ConfigError, TrainingDataError
from intent_al.records import Entity, Example
from intent_al.training_data import rasa_yaml
from intent_al.training_data.placed import Place, PlacedExample

_OPTIONAL = ("value", "role", "group")


def read_test_file(path: Path) -> list[Example]:
    """Examples of an NLU YAML file, or of JSON lines with text, intent and entities."""
    return [placed.example for placed in read_placed(path)]


def read_placed(path: Path) -> list[PlacedExample]:
    """The same with their places; of JSON lines only the line is known."""
    if not path.exists():
        raise ConfigError("is named by [gate] test and does not exist", where=path)
    if path.suffix == ".jsonl":
        return [
            PlacedExample(_example(record, path, number), Place(path, number))
            for number, record in records(path)
        ]
    return list(rasa_yaml.read([path]).examples)


def records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, object) of JSON lines; blank lines are passed over."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise TrainingDataError(f"cannot be read: {error.strerror}", where=path) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise TrainingDataError(f"is no JSON ({error})", where=path, line=number) from error
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            raise TrainingDataError(
                'is no object with a text: {"text": ..., "intent": ...}', where=path, line=number
            )
        yield number, record


def _example(record: Mapping[str, Any], path: Path, number: int) -> Example:
    intent = record.get("intent")
    if not isinstance(intent, str) or not intent:
        raise TrainingDataError(f"names no intent but {intent!r}", where=path, line=number)
    return Example(record["text"], intent, entities(record, path, number))


def entities(record: Mapping[str, Any], path: Path, number: int) -> tuple[Entity, ...]:
    """The checked ``entities`` of a record, whose ``text`` they are spans of."""
    found = record.get("entities") or ()
    if not isinstance(found, Sequence) or not all(_is_entity(one, record["text"]) for one in found):
        raise TrainingDataError(
            'has entities other than {"entity": name, "start": 0, "end": 4} within the text',
            where=path,
            line=number,
        )
    return tuple(
        Entity(one["entity"], one["start"], one["end"], *(one.get(name) for name in _OPTIONAL))
        for one in found
    )


def _is_entity(one: Any, text: str) -> bool:
    if not isinstance(one, Mapping) or not isinstance(one.get("entity"), str):
        return False
    start, end = one.get("start"), one.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        return False
    return all(one.get(name) is None or isinstance(one[name], str) for name in _OPTIONAL)
