"""What was applied, kept in the bot's own repository, for those who have no database.

The build pipeline has a fresh clone and nothing else. The ledger lets it see that every decision
that was applied still stands in the files, and that the training data is what last passed the gate.
It holds no texts: an example is known by a keyed hash, and what was taken out leaves none.

One JSON object a line. The first line has the format's version, the key of the hashes, and the
fingerprint of the training data that last passed the gate; each other line is one decision.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import orjson

from intent_al.errors import TrainingDataError
from intent_al.records import Example
from intent_al.training_data.entity_markup import normal
from intent_al.training_data.placed import TrainingData

LEDGER_FILE = "intent-al.ledger"
ADDED, CHANGED, MOVED, DELETED = "added", "changed", "moved", "deleted"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision in the files. ``at`` is ISO 8601 in UTC, ``path`` is relative with slashes.

    ``mark`` is the keyed hash of the example that has to stand in the training data; None where the
    decision took one out.
    """

    apply: str
    at: str
    decision: int
    action: str
    intent: str
    path: str
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """``gated`` is the fingerprint of the training data that last passed the gate."""

    key: str
    entries: tuple[Entry, ...] = ()
    gated: str | None = None
    gated_at: str | None = None

    def mark(self, example: Example) -> str:
        """The keyed hash of text, intent and entities; 32 hexadecimal digits."""
        ordered = sorted(example.entities, key=lambda entity: (entity.start, entity.end))
        entities = [asdict(normal(example.text, entity)) for entity in ordered]
        said = _canonical([example.text, example.intent, entities])
        return hmac.digest(self.key.encode(), said, "sha256").hex()[:32]

    def with_entries(self, entries: Iterable[Entry]) -> Ledger:
        """The ledger with newer entries; what is known of the same decisions is replaced."""
        known = {entry.decision: entry for entry in self.entries}
        known.update((entry.decision, entry) for entry in entries)
        return replace(self, entries=tuple(known.values()))

    def without(self, decisions: Iterable[int]) -> Ledger:
        gone = set(decisions)
        kept = tuple(entry for entry in self.entries if entry.decision not in gone)
        return replace(self, entries=kept)

    def applies(self) -> frozenset[str]:
        """Ids of the applies that this copy of the bot's files contains."""
        return frozenset(entry.apply for entry in self.entries)


def empty() -> Ledger:
    return Ledger(secrets.token_hex(16))


def parse(source: bytes, path: Path | str = LEDGER_FILE) -> Ledger:
    """Raises TrainingDataError with the line of the first one that is no entry."""
    head: dict[str, Any] | None = None
    entries = []
    for number, line in enumerate(source.splitlines(), 1):
        if not line.strip():
            continue
        record = _record(line, path, number)
        if head is None:
            head = record
            if record.get("ledger") != _VERSION or not isinstance(record.get("key"), str):
                raise TrainingDataError(
                    f'is no ledger that this version can read: it needs "ledger": {_VERSION} and '
                    "a key; restore the file from the repository",
                    where=path,
                    line=number,
                )
            if not all(isinstance(record.get(name), str | None) for name in ("gated", "gated_at")):
                raise TrainingDataError(
                    "has a gated or gated_at that is no text; restore the file from the repository",
                    where=path,
                    line=number,
                )
        else:
            entries.append(_entry(record, path, number))
    if head is None:
        raise TrainingDataError("is empty; restore it from the repository", where=path, line=1)
    return Ledger(head["key"], tuple(entries), head.get("gated"), head.get("gated_at"))


def lines_of(source: bytes) -> dict[int, int]:
    """Decision -> the line of its entry, in the source of a ledger that was parsed before."""
    numbered = [(n, line) for n, line in enumerate(source.splitlines(), 1) if line.strip()]
    return {orjson.loads(line)["decision"]: number for number, line in numbered[1:]}


def render(ledger: Ledger) -> bytes:
    """Sorted by mark, so that two branches rarely add at one place and can be merged."""
    head = {
        "ledger": _VERSION,
        "key": ledger.key,
        "gated": ledger.gated,
        "gated_at": ledger.gated_at,
    }
    ordered = sorted(ledger.entries, key=lambda entry: (entry.mark or "", entry.decision))
    lines = [orjson.dumps(head), *(orjson.dumps(entry) for entry in ordered)]
    return b"".join(line + b"\n" for line in lines)


def lost(ledger: Ledger, examples: Sequence[Example]) -> list[Entry]:
    """The entries whose example stands no longer in the training data."""
    if not ledger.entries:
        return []
    standing = {ledger.mark(example) for example in examples}
    return [entry for entry in ledger.entries if entry.mark and entry.mark not in standing]


def fingerprint(data: TrainingData) -> str:
    """A hash of everything that the files teach; comments, layout and order do not count."""
    taught = {(one.example, one.metadata) for one in data.examples}
    parts = [
        sorted(_canonical([example, metadata]) for example, metadata in taught),
        sorted(_canonical(pair) for pair in data.synonyms.items()),
        sorted(orjson.dumps(pair) for pair in data.regexes),
        sorted(orjson.dumps([name, sorted(words)]) for name, words in data.lookups.items()),
        sorted(orjson.dumps(name) for name in data.responses),
    ]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        for item in part:
            digest.update(item + b"\n")
    return digest.hexdigest()


def _canonical(value: object) -> bytes:
    """JSON; orjson refuses half of a surrogate pair, which the value of an entity may hold."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        return json.dumps(value, default=asdict).encode()


_TEXTS = tuple(field.name for field in fields(Entry) if field.name not in ("decision", "mark"))


def _record(line: bytes, path: Path | str, number: int) -> dict[str, Any]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise TrainingDataError(f"is no JSON ({error})", where=path, line=number) from None
    if not isinstance(record, dict):
        raise TrainingDataError("is no JSON object", where=path, line=number)
    return record


def _entry(record: dict[str, Any], path: Path | str, number: int) -> Entry:
    known = {field.name for field in fields(Entry)}
    texts = all(isinstance(record.get(name), str) for name in _TEXTS)
    decision, mark = record.get("decision"), record.get("mark")
    if set(record) != known or not texts or type(decision) is not int:
        raise TrainingDataError(
            f"is no entry: it needs {', '.join(sorted(known))}", where=path, line=number
        )
    if mark is not None and not isinstance(mark, str):
        raise TrainingDataError("has a mark that is no text", where=path, line=number)
    return Entry(**record)
