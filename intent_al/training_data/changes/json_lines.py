"""Changes the name of an intent in JSON lines, which test sets are kept in; all else stays."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import orjson

from intent_al.errors import TrainingDataError, WriteRefusedError
from intent_al.training_data.dialects.operations import RenameIntent
from intent_al.training_data.source_files import lines_with_ends

_INTENT = re.compile(rb'("intent"\s*:\s*)"(?:[^"\\]|\\.)*"')


def rename(
    source: bytes, operation: RenameIntent, path: Path | str
) -> tuple[bytes, frozenset[int]]:
    """The new bytes, and the lines that changed, from 0.

    Each line is read back: it differs in nothing but its ``intent``. Raises TrainingDataError for a
    line that is no JSON object, WriteRefusedError where a name cannot be replaced.
    """
    lines = lines_with_ends(source)
    touched = set()
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        record = _record(line, path, number)
        name = new_name(record.get("intent"), operation)
        if name is None:
            continue
        # A function, because a backslash in a name would mean something in a template.
        changed = _INTENT.sub(partial(_named, name), line)
        if orjson.loads(changed) != {**record, "intent": name}:
            raise WriteRefusedError(
                "the intent of this line cannot be told from other text; rename it by hand",
                where=path,
                line=number + 1,
            )
        lines[number] = changed
        touched.add(number)
    return b"".join(lines), frozenset(touched)


def new_name(intent: object, operation: RenameIntent) -> str | None:
    """None where it is another intent."""
    old = operation.old
    if isinstance(intent, str) and (intent == old or intent.startswith(f"{old}/")):
        return operation.new + intent[len(old) :]
    return None


def _named(name: str, found: re.Match[bytes]) -> bytes:
    return found[1] + orjson.dumps(name)


def _record(line: bytes, path: Path | str, number: int) -> dict[str, object]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise TrainingDataError(f"is no JSON ({error})", where=path, line=number + 1) from None
    if not isinstance(record, dict):
        raise TrainingDataError("is no JSON object", where=path, line=number + 1)
    return record
