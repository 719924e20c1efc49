"""Edits that a team makes to its own training data: written, recorded and undone like decisions."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from intent_al.records import Example
from intent_al.stages.apply import ledgers
from intent_al.stages.apply.destination import INTO_FILES, Destination, Mode
from intent_al.stages.apply.proposing import new_id
from intent_al.stages.apply.report import EditReport, file_names
from intent_al.store import Store
from intent_al.training_data import bot_files
from intent_al.training_data.bot_files import BotFiles
from intent_al.training_data.changes.changeset import WRITTEN, ChangeSet
from intent_al.training_data.repository import publish
from intent_al.training_data.repository.recovery import Note, recover, written


@dataclass(frozen=True, slots=True)
class Edit:
    """``plan`` makes the change of the bot's files.

    ``renames`` names an intent before and after; ``pairs`` are the examples that change with it.
    """

    title: str
    plan: Callable[[BotFiles, Path], ChangeSet]
    renames: tuple[str, str] | None = None
    pairs: Callable[[BotFiles], Sequence[tuple[Example, Example | None]]] | None = None


def edit(
    store: Store,
    destination: Destination,
    wanted: Edit,
    *,
    mode: Mode = INTO_FILES,
    clock: Callable[[], float] = time.time,
) -> EditReport:
    """Carry one edit out.

    Raises UsageError for what cannot be meant, WriteRefusedError with every file as it was.
    """
    now = clock()
    files = bot_files.load(
        destination.dialect,
        destination.data,
        destination.domain_paths,
        [destination.config, *destination.others],
    )
    change = wanted.plan(files, destination.root)
    change.verify()
    report = EditReport(file_names(change), change.notes, change.diff(), written=False)
    if mode.dry_run or not change.files:
        return report
    known = ledgers.read(destination.ledger)
    if known is not None:
        after = ledgers.with_edits(known, _pairs(wanted, files, change))
        change = ledgers.added_to(change, ledgers.file_change(destination.ledger, known, after))
    old, new = wanted.renames or ("", "")
    note = Note("edit", new_id(now), wanted.title, old, new)
    try:
        publish.into_files(
            destination.bot(list(files.all())),
            change,
            note.id,
            lambda: written(store, note, clock()),
            note=note.text(),
            allow_dirty=mode.allow_dirty,
        )
    except KeyboardInterrupt:
        recover(store, destination.journal)
        raise
    return replace(report, written=True)


def _pairs(
    wanted: Edit, files: BotFiles, change: ChangeSet
) -> list[tuple[Example, Example | None]]:
    """Every example that changes or goes, with what it becomes."""
    if wanted.pairs is not None:
        return list(wanted.pairs(files))
    done = [one for one in change.planned if one.old is not None and one.status in WRITTEN]
    return [(one.old, one.example) for one in done if one.old is not None]
