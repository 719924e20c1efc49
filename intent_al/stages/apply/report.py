"""What apply, edit and undo did, in numbers and words."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from intent_al.training_data.changes.changeset import ADDED, CHANGED, DELETED, MOVED, ChangeSet


@dataclass(frozen=True, slots=True)
class LeftOut:
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ApplyReport:
    """``added`` and ``staged`` count by intent; staged ones are new and still short of examples.

    ``moved``, ``changed`` and ``deleted`` count examples that are decided otherwise now.
    ``proposal`` is the branch or patch that the change waits in; ``waiting`` are earlier ones.
    ``decisions`` are those of the change; ``unapproved`` ones wait for a second person.
    """

    added: dict[str, int] = field(default_factory=dict)
    moved: int = 0
    changed: int = 0
    deleted: int = 0
    present: int = 0
    staged: dict[str, int] = field(default_factory=dict)
    new_intents: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    conflicts: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    diff: str = ""
    written: bool = False
    proposal: str | None = None
    waiting: tuple[str, ...] = ()
    decisions: tuple[int, ...] = ()
    unapproved: int = 0


@dataclass(frozen=True, slots=True)
class EditReport:
    """What an edit of the team's own changed."""

    files: tuple[str, ...]
    notes: tuple[str, ...]
    diff: str
    written: bool
    proposal: str | None = None


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What was taken back; ``decisions`` of it wait again."""

    what: str
    files: tuple[str, ...]
    decisions: int
    diff: str
    written: bool


def of_apply(change: ChangeSet, left_out: Sequence[LeftOut]) -> ApplyReport:
    """Everything that is known before anything is written."""
    return ApplyReport(
        added=_by_intent(change, ADDED),
        moved=len(change.with_status(MOVED)),
        changed=len(change.with_status(CHANGED)),
        deleted=len(change.with_status(DELETED)),
        present=len(change.present),
        staged=_by_intent(change, "staged"),
        new_intents=change.new_intents,
        left_out=(*left_out, *(LeftOut(one.asked.text, one.reason) for one in change.refused)),
        conflicts=tuple(LeftOut(one.asked.text, one.reason) for one in change.conflicts),
        notes=change.notes,
        files=file_names(change),
        diff=change.diff(),
    )


def file_names(change: ChangeSet) -> tuple[str, ...]:
    """Relative to the project, with slashes."""
    return tuple(relative(file.path, change.root) for file in change.files)


def relative(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()


def _by_intent(change: ChangeSet, status: str) -> dict[str, int]:
    return dict(Counter(one.asked.intent for one in change.with_status(status)))
