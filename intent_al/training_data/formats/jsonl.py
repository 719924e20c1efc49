"""JSON lines, one example a line. Everything comes back as it was written.

    {"text": "to Berlin", "intent": "book", "entities": [{"entity": "city", "start": 3, "end": 9}]}

``start`` and ``end`` count characters (code points), ``end`` is behind the last one. An entity may
have a ``value``, a ``role`` and a ``group``. ``metadata`` may be anything. Further keys are passed
over, and so are blank lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import orjson

from intent_al.errors import TrainingDataError
from intent_al.training_data.formats.base import Format, Lost, Written, unstorable
from intent_al.training_data.formats.records import dumped, entity_objects, placed
from intent_al.training_data.placed import PlacedExample, TrainingData

_BOM = b"\xef\xbb\xbf"


class JsonLines(Format):
    name: ClassVar[str] = "jsonl"
    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson")
    summary: ClassVar[str] = "JSON lines, one example a line: loses nothing."

    def read(self, source: bytes, path: Path) -> TrainingData:
        examples = tuple(placed(record, path, line) for line, record in objects(source, path))
        return TrainingData(examples=examples, files=(path,))

    def write(self, examples: Sequence[PlacedExample]) -> Written:
        lines: list[str] = []
        lost: list[Lost] = []
        for one in examples:
            reason = unstorable(one)
            if reason:
                lost.append(Lost(one.example, reason))
            else:
                lines.append(dumped(_record(one)))
        return Written("".join(f"{line}\n" for line in lines).encode(), tuple(lost))


def objects(source: bytes, path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """(line number, object with a text) of each line that is not blank."""
    for number, line in enumerate(source.removeprefix(_BOM).splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
            if isinstance(record, dict) and record.get("metadata") is not None:
                record["metadata"] = json.loads(line)["metadata"]  # whole numbers of any size
        except (ValueError, RecursionError) as error:
            raise TrainingDataError(f"is no JSON ({error})", where=path, line=number) from error
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            raise TrainingDataError(
                'is no object with a text: {"text": ..., "intent": ...}', where=path, line=number
            )
        yield number, record


def _record(one: PlacedExample) -> Mapping[str, object]:
    example = one.example
    record: dict[str, object] = {"text": example.text, "intent": example.intent}
    if example.entities:
        record["entities"] = entity_objects(example.entities)
    if one.metadata is not None:
        record["metadata"] = json.loads(one.metadata)
    return record
