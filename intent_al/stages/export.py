"""Hands work to other programs: the bot's examples in any format, the decisions as a table.

A file appears whole or not at all, never in place of another unless asked for, and never where Rasa
would take it for training data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path

from intent_al.errors import UsageError
from intent_al.records import Example
from intent_al.store.decisions import Answered
from intent_al.system import durable
from intent_al.training_data.formats import Format, Lost, Written
from intent_al.training_data.formats.delimited import DelimitedFormat, refusal, table
from intent_al.training_data.formats.jsonl import JsonLines
from intent_al.training_data.formats.records import dumped, entity_objects

DECISION_COLUMNS = (
    "text", "intent", "entities", "outcome", "reviewer", "decided_at", "language", "channel",
)  # fmt: skip
DECISION_FORMATS = (JsonLines.name, DelimitedFormat.name)
_TRAINING_SUFFIXES = (".yml", ".yaml", ".json")


def decisions(found: Sequence[Answered], form: Format) -> Written:
    """A table of decisions. As JSON lines it can be given to ``review --answers`` again."""
    if form.name not in DECISION_FORMATS:
        names = " and ".join(DECISION_FORMATS)
        raise UsageError(f"decisions can be written as {names}, not as {form.name}")
    records = [_record(one) for one in found]
    if form.name == JsonLines.name:
        return Written("".join(f"{dumped(record)}\n" for record in records).encode())
    rows, lost = [], []
    for one, record in zip(found, records, strict=True):
        row = [_cell(record[name]) for name in DECISION_COLUMNS]
        reason = refusal(row)
        if reason:
            lost.append(Lost(Example(one.text, one.intent or "", one.entities), reason))
        else:
            rows.append(row)
    return Written(table(DECISION_COLUMNS, rows), tuple(lost))


def _record(one: Answered) -> Mapping[str, object]:
    moment = datetime.fromtimestamp(one.decided_at, timezone.utc)
    return {
        "text": one.text,
        "intent": one.intent,
        "entities": entity_objects(one.entities),
        "outcome": one.outcome.value,
        "reviewer": one.reviewer,
        "decided_at": moment.isoformat(timespec="seconds"),
        "language": one.language,
        "channel": one.channel,
    }


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    return dumped(value) if value else ""


def check_target(path: Path, data_paths: Sequence[Path], *, force: bool) -> Path:
    """The file that ``path`` leads to. Raises UsageError where no export may be put."""
    target = path.resolve()
    if target.is_dir():
        raise UsageError("is a folder; name a file in it", where=path)
    if not target.parent.is_dir():
        raise UsageError("lies in a folder that does not exist", where=path)
    inside = any(folder.resolve() in (target, *target.parents) for folder in data_paths)
    if inside and target.suffix in _TRAINING_SUFFIXES:
        raise UsageError(
            "lies in the bot's training data, where Rasa would read every example twice; "
            "choose another folder",
            where=path,
        )
    if target.exists() and not force:
        raise UsageError("exists already; --force replaces it", where=path)
    return target


def save(target: Path, source: bytes) -> None:
    try:
        durable.replace_file(target, source)
    except OSError as error:
        durable.temporary_of(target).unlink(missing_ok=True)
        reason = error.strerror or error
        raise UsageError(f"cannot be written: {reason}", where=target) from error
