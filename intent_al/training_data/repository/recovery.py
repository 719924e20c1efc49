"""Finishes or reverts what a kill left half-done: in the bot's files and in our own records."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from intent_al.store import Store, changes
from intent_al.training_data.repository import journal


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
