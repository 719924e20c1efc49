"""What a change consists of, before it is written: shown as a diff, read back, then committed.

All edits of one ``apply`` are one ChangeSet, so that they succeed together or not at all.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from intent_al.records import Example
from intent_al.training_data import read_back
from intent_al.training_data.placed import Place

_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one addition that was asked for.

    ``status`` is "added", "present" (stands there already), "staged" (its intent is new and has too
    few examples) or "refused" (``reason`` says why). ``example`` is the cleaned form. ``conflict``
    is the place of the same text with another label; such an addition is added all the same.
    """

    asked: Example
    status: str
    example: Example | None = None
    path: Path | None = None
    reason: str = ""
    conflict: Place | None = None


@dataclass(frozen=True, slots=True)
class FileChange:
    """New bytes of one file; ``before`` is None where the file does not exist yet."""

    path: Path
    before: bytes | None
    after: bytes
    examples: tuple[Example, ...] = ()
    intents: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()


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

    def with_status(self, status: str) -> tuple[Planned, ...]:
        return tuple(one for one in self.planned if one.status == status)

    @property
    def added(self) -> tuple[Planned, ...]:
        return self.with_status("added")

    @property
    def present(self) -> tuple[Planned, ...]:
        return self.with_status("present")

    @property
    def staged(self) -> tuple[Planned, ...]:
        return self.with_status("staged")

    @property
    def refused(self) -> tuple[Planned, ...]:
        return self.with_status("refused")

    @property
    def conflicts(self) -> tuple[Planned, ...]:
        return tuple(one for one in self.planned if one.conflict is not None)

    def diff(self) -> str:
        """A unified diff with paths relative to the project."""
        return "".join(line for change in self.files for line in _diff(change, self.root))

    def verify(self) -> None:
        """Read the new bytes back; raises WriteRefusedError if they hold anything unintended."""
        for change in self.files:
            before = change.before or b""
            read_back.check_lines_kept(before, change.after, change.path)
            read_back.check_examples(before, change.after, change.examples, change.path)
            read_back.check_domain(
                before, change.after, change.intents, change.entities, change.path
            )


def _diff(change: FileChange, root: Path) -> Iterator[str]:
    name = os.path.relpath(change.path, root)
    old = "/dev/null" if change.before is None else f"a/{name}"
    was, now = _lines(change.before or b""), _lines(change.after)
    inserted = _inserted(was, now)
    if inserted is None:
        lines: Iterator[str] = difflib.unified_diff(was, now, old, f"b/{name}")
    else:
        lines = chain([f"--- {old}\n", f"+++ b/{name}\n"], _hunks(now, inserted))
    for line in lines:
        yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def _inserted(was: list[str], now: list[str]) -> list[int] | None:
    """Which new lines were inserted, None where more than that happened.

    ``difflib`` finds the same, but takes seconds for files of 100,000 lines.
    """
    inserted = []
    kept = 0
    for number, line in enumerate(now):
        if kept < len(was) and line == was[kept]:
            kept += 1
        else:
            inserted.append(number)
    return inserted if kept == len(was) else None


def _hunks(now: list[str], inserted: list[int]) -> Iterator[str]:
    groups: list[list[int]] = []
    for number in inserted:
        if groups and number - groups[-1][-1] <= 2 * _CONTEXT + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    above = 0
    for group in groups:
        first, last = max(0, group[0] - _CONTEXT), min(len(now), group[-1] + _CONTEXT + 1)
        old = _range(first - above, last - first - len(group))
        yield f"@@ -{old} +{_range(first, last - first)} @@\n"
        new = set(group)
        for number in range(first, last):
            yield ("+" if number in new else " ") + now[number]
        above += len(group)


def _range(start: int, length: int) -> str:
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _lines(source: bytes) -> list[str]:
    return [line + "\n" for line in source.decode("utf-8").split("\n")[:-1]] + [
        line for line in source.decode("utf-8").split("\n")[-1:] if line
    ]
