"""Takes back what was written last, and finishes or reverts what a kill left half-done."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from intent_al.errors import NotEnoughDataError
from intent_al.stages.apply.report import UndoReport, file_names
from intent_al.stages.apply.settings import Settings
from intent_al.store import Store, changes
from intent_al.training_data.repository import git, journal
from intent_al.training_data.repository import undo as undoing


@dataclass(frozen=True, slots=True)
class Note:
    """What a change was, kept in its journal and record: enough to record it again after a kill.

    ``kind`` is apply, edit, proposal or undo (of the change ``id``). ``old`` and ``new`` are names
    of an intent, for an edit that renamed one; ``folder`` is the record that an undo uses up.
    """

    kind: str
    id: str
    title: str = ""
    old: str = ""
    new: str = ""
    folder: str = ""
    branch: str = ""
    commit: str = ""
    patch: str = ""

    def text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> Note:
        return cls(**json.loads(text))


def written(store: Store, note: Note, now: float) -> None:
    """The files hold the change: record it. Repeatable, because a kill may have come after it."""
    if note.kind == "apply":
        changes.confirm(store, now=now)
    elif note.kind == "undo":
        changes.forget(store, note.id)
        if note.folder:
            shutil.rmtree(note.folder, ignore_errors=True)
    elif note.old and (note.old, note.new) not in changes.renames(store):
        changes.rename(store, note.id, note.old, note.new, now=now)


def recover(store: Store, journal_path: Path) -> str | None:
    """Finish or revert a change that was killed; says which, or None where there was none."""
    outcome = journal.recover(
        journal_path, lambda note: written(store, Note.parse(note), time.time())
    )
    dropped = changes.drop_planned(store)
    if outcome is None and dropped:
        return "an interrupted apply had written nothing; its decisions wait again"
    return outcome


def undo(
    store: Store,
    settings: Settings,
    *,
    dry_run: bool = False,
    clock: Callable[[], float] = time.time,
) -> UndoReport:
    """Take the last change back: its lines go, its decisions wait again.

    Raises NotEnoughDataError where there is none, WriteRefusedError where its own lines were edited
    since.
    """
    folders = undoing.records(settings.undo)
    if not folders:
        raise NotEnoughDataError(
            "nothing was applied from this folder that could be taken back", where=settings.undo
        )
    record = undoing.read_record(folders[-1])
    note = Note.parse(record.note)
    change = undoing.plan(record, settings.root)
    result = UndoReport(
        f"{note.kind} {note.title or note.id}",
        file_names(change),
        changes.decisions_of(store, note.id),
        change.diff(),
        written=False,
    )
    if dry_run:
        return result
    what = _drop_proposal(settings, note) if note.kind == "proposal" else result.what
    done = Note("undo", note.id, folder=str(record.folder))
    if change.files:
        journal.commit(
            change, settings.journal, lambda: written(store, done, clock()), note=done.text()
        )
    else:
        written(store, done, clock())
    return replace(result, what=what, written=True)


def _drop_proposal(settings: Settings, note: Note) -> str:
    """A branch that nobody has built on goes; a patch is a file of the user's."""
    if note.patch:
        return f"proposal; the patch {note.patch} is still there, delete it"
    repository = git.find(settings.root)
    if repository is not None and repository.delete_branch(note.branch, note.commit):
        return f"proposal; the branch {note.branch} was deleted"
    return f"proposal; the branch {note.branch} has moved on or is in use: delete it yourself"
