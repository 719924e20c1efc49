"""Keeps the ledger in step with what is about to be written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from pathlib import Path

from intent_al.errors import WriteRefusedError
from intent_al.records import Example
from intent_al.stages.apply.report import relative
from intent_al.store.decisions import Approved
from intent_al.store.runs import Passed
from intent_al.training_data.changes.changeset import MOVED, WRITTEN, ChangeSet, FileChange, Planned
from intent_al.training_data.entity_markup import as_read
from intent_al.training_data.repository import ledger
from intent_al.training_data.repository.ledger import DELETED, Entry, Ledger


def read(path: Path) -> Ledger | None:
    """None where nothing was applied yet. Raises TrainingDataError for one that is damaged."""
    return ledger.parse(path.read_bytes(), path) if path.exists() else None


def moment(now: float) -> str:
    return datetime.fromtimestamp(now, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def with_decisions(
    known: Ledger | None,
    apply_id: str,
    done: Iterable[tuple[Approved, Planned, int | None]],
    root: Path,
    now: float,
) -> Ledger | None:
    """The ledger with what was written; each entry replaces that of the decision it revises."""
    current = known
    for item, one, prior in done:
        if one.status not in WRITTEN:
            continue
        current = current or ledger.empty()
        gone = one.example is None or one.path is None
        shown = one.old if one.example is None and one.old is not None else one.asked
        entry = Entry(
            apply_id,
            moment(now),
            item.id,
            DELETED if one.status == MOVED and gone else one.status,
            shown.intent,
            relative(one.path, root) if one.path is not None else "",
            None if one.example is None else current.mark(as_read(one.example)),
        )
        current = current.without([] if prior is None else [prior]).with_entries([entry])
    return current


def with_gate(known: Ledger | None, passed: Passed | None, fingerprint: str) -> Ledger | None:
    """The ledger, with the verdict where it let this very training data through."""
    if known is None or passed is None or passed.data_hash != fingerprint:
        return known
    if known.gated == fingerprint:
        return known
    return replace(known, gated=fingerprint, gated_at=moment(passed.at))


def with_edits(known: Ledger, pairs: Sequence[tuple[Example, Example | None]]) -> Ledger:
    """Follow examples that the team changes or takes out itself: that loses nothing."""
    new = {known.mark(as_read(old)): example for old, example in pairs}
    entries = []
    for entry in known.entries:
        if entry.mark not in new:
            entries.append(entry)
            continue
        example = new[entry.mark]
        if example is None:
            entries.append(replace(entry, action=DELETED, mark=None))
        else:
            mark = known.mark(as_read(example))
            entries.append(replace(entry, intent=example.intent, mark=mark))
    return replace(known, entries=tuple(entries))


def file_change(path: Path, before: Ledger | None, after: Ledger | None) -> FileChange | None:
    """The change of the ledger's file; None where it stays as it is."""
    if after is None or after == before:
        return None
    old = path.read_bytes() if path.exists() else None
    new = ledger.render(after)
    return FileChange(path, old, new, check=partial(_check, meant=after, path=path))


def added_to(change: ChangeSet, extra: FileChange | None) -> ChangeSet:
    return change if extra is None else replace(change, files=(*change.files, extra))


def _check(before: bytes, after: bytes, *, meant: Ledger, path: Path) -> None:
    found = ledger.parse(after, path)
    if replace(found, entries=()) != replace(meant, entries=()) or set(found.entries) != set(
        meant.entries
    ):
        raise WriteRefusedError("would not be read back; nothing was written", where=path)
