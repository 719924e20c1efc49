"""Takes back what was written last."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from intent_al.errors import NotEnoughDataError
from intent_al.stages.apply.destination import Destination
from intent_al.stages.apply.report import UndoReport, file_names
from intent_al.store import Store, changes
from intent_al.training_data.repository import git, journal
from intent_al.training_data.repository import undo as undoing
from intent_al.training_data.repository.recovery import Note, written


def undo(
    store: Store,
    destination: Destination,
    *,
    dry_run: bool = False,
    clock: Callable[[], float] = time.time,
) -> UndoReport:
    """Take the last change back: its lines go, its decisions wait again.

    Raises NotEnoughDataError where there is none, WriteRefusedError where its own lines were edited
    since.
    """
    folders = undoing.records(destination.undo)
    if not folders:
        raise NotEnoughDataError(
            "nothing was applied from this folder that could be taken back", where=destination.undo
        )
    record = undoing.read_record(folders[-1])
    note = Note.parse(record.note)
    change = undoing.plan(record, destination.root, destination.dialect)
    result = UndoReport(
        f"{note.kind} {note.title or note.id}",
        file_names(change),
        changes.decisions_of(store, note.id),
        change.diff(),
        written=False,
    )
    if dry_run:
        return result
    what = _drop_proposal(destination, note) if note.kind == "proposal" else result.what
    done = Note("undo", note.id, folder=str(record.folder))
    if change.files:
        journal.commit(
            change, destination.journal, lambda: written(store, done, clock()), note=done.text()
        )
    else:
        written(store, done, clock())
    return replace(result, what=what, written=True)


def _drop_proposal(destination: Destination, note: Note) -> str:
    """A branch that nobody has built on goes; a patch is a file of the user's."""
    if note.patch:
        return f"proposal; the patch {note.patch} is still there, delete it"
    repository = git.find(destination.root)
    if repository is not None and repository.delete_branch(note.branch, note.commit):
        return f"proposal; the branch {note.branch} was deleted"
    return f"proposal; the branch {note.branch} has moved on or is in use: delete it yourself"
