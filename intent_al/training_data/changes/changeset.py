"""What a change consists of, before it is written: shown as a diff, read back, then committed.

All edits of one ``apply`` are one ChangeSet, so that they succeed together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from intent_al.records import Example
from intent_al.training_data.changes.file_diff import file_diff
from intent_al.training_data.dialects.operations import Operation
from intent_al.training_data.placed import Place

ADDED, MOVED, CHANGED, DELETED = "added", "moved", "changed", "deleted"
PRESENT, STAGED, REFUSED = "present", "staged", "refused"
WRITTEN = (ADDED, MOVED, CHANGED, DELETED)


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one example that was asked for, or of one that is to be revised.

    ``status`` is "added", "moved", "changed" or "deleted" (where ``old`` was revised), "present"
    (the files say so already), "staged" (its intent is new and has too few examples) or "refused"
    (``reason`` says why). ``example`` is the cleaned form, ``path`` the file that it goes to.
    ``conflict`` is the place of the same or nearly the same text with another label; such an
    example is added all the same.
    """

    asked: Example
    status: str
    example: Example | None = None
    path: Path | None = None
    reason: str = ""
    conflict: Place | None = None
    old: Example | None = None


def nothing_to_check(before: bytes, after: bytes) -> None:
    """For bytes that were kept from before."""


Check = Callable[[bytes, bytes], None]
"""(before, after); raises WriteRefusedError where that is not what was meant."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """New bytes of one file; ``before`` is None where it does not exist, ``after`` where it goes.

    ``touched`` are the lines of ``before`` that may change or go. ``check`` reads the new bytes
    back and raises WriteRefusedError where they hold anything but what was meant.
    """

    path: Path
    before: bytes | None
    after: bytes | None
    operations: tuple[Operation, ...] = ()
    touched: frozenset[int] = frozenset()
    check: Check = nothing_to_check

    def verify(self) -> None:
        """Raise WriteRefusedError if the new bytes hold anything but what was meant."""
        self.check(self.before or b"", self.after or b"")


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """All edits of one apply, which succeed together or not at all."""

    root: Path
    files: tuple[FileChange, ...] = ()
    planned: tuple[Planned, ...] = ()
    new_intents: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files)

    def with_status(self, *status: str) -> tuple[Planned, ...]:
        return tuple(one for one in self.planned if one.status in status)

    @property
    def added(self) -> tuple[Planned, ...]:
        return self.with_status(ADDED)

    @property
    def present(self) -> tuple[Planned, ...]:
        return self.with_status(PRESENT)

    @property
    def staged(self) -> tuple[Planned, ...]:
        return self.with_status(STAGED)

    @property
    def refused(self) -> tuple[Planned, ...]:
        return self.with_status(REFUSED)

    @property
    def conflicts(self) -> tuple[Planned, ...]:
        return tuple(one for one in self.planned if one.conflict is not None)

    def diff(self) -> str:
        """A unified diff with paths relative to the project."""
        return "".join(
            file_diff(change.before, change.after, change.path, self.root, change.touched)
            for change in self.files
        )

    def verify(self) -> None:
        """Read the new bytes back; raises WriteRefusedError if they hold anything unintended."""
        for change in self.files:
            change.verify()
