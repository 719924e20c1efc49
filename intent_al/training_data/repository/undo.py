"""Takes a change of the bot's files back, also when somebody has edited them since.

The record of a change holds the bytes before and after. Where a file is still as the change left
it, it gets its old bytes. Where it was edited, only the lines of the change are taken back; if
those were edited too, nothing happens at all.
"""

from __future__ import annotations

import difflib
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from intent_al.errors import TrainingDataError, WriteRefusedError
from intent_al.records import Example
from intent_al.training_data.changes.changeset import ChangeSet, FileChange
from intent_al.training_data.dialects.base import Dialect
from intent_al.training_data.repository.journal import MANIFEST
from intent_al.training_data.source_files import lines_with_ends

KEPT = 50
"""How many changes can be taken back."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a recorded change; None where it did not exist."""

    path: Path
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """A change that can be taken back. ``note`` is what was kept in its journal."""

    id: str
    folder: Path
    note: str
    files: tuple[Kept, ...] = field(repr=False)


def records(folder: Path) -> list[Path]:
    """The folders of all recorded changes, the last one last: their names begin with the time."""
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))


def keep_last(folder: Path, count: int = KEPT) -> None:
    """Records hold the bot's files twice: those of long ago go."""
    for old in records(folder)[:-count]:
        shutil.rmtree(old, ignore_errors=True)


def read_record(folder: Path) -> ChangeRecord:
    """Raises WriteRefusedError where the record is damaged."""
    try:
        content = json.loads((folder / MANIFEST).read_text("utf-8"))
        files = tuple(
            Kept(Path(one["path"]), *(_bytes(folder, number, kind) for kind in ("old", "new")))
            for number, one in enumerate(content["files"])
        )
        return ChangeRecord(folder.name, folder, str(content["note"]), files)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WriteRefusedError(
            f"the record of the change cannot be read ({error}); take it back in the bot's "
            "repository, then delete this folder",
            where=folder,
        ) from None


def plan(record: ChangeRecord, root: Path, dialect: Dialect) -> ChangeSet:
    """What has to be written to take a change back.

    Raises WriteRefusedError, with file and line, where its own lines were edited since.
    """
    changes = []
    for file in record.files:
        now = file.path.read_bytes() if file.path.exists() else None
        if now == file.before:
            continue
        if now == file.after:
            changes.append(FileChange(file.path, now, file.before))
            continue
        if now is None or file.after is None or file.before is None:
            raise WriteRefusedError(
                "the file was deleted or made anew since; restore it first", where=file.path
            )
        merged = taken_back(file.after, file.before, now, file.path)
        check = partial(_check_meaning, dialect, file)
        changes.append(FileChange(file.path, now, merged, check=check))
    return ChangeSet(root, tuple(changes))


def taken_back(after: bytes, before: bytes, now: bytes, path: Path) -> bytes:
    """``now``, which was ``after`` once, with the lines back that made ``after`` of ``before``."""
    base, old, new = (lines_with_ends(source) for source in (after, before, now))
    stands = _matching(base, new)
    result = list(new)
    for tag, first, last, start, end in reversed(_opcodes(base, old)):
        if tag == "equal":
            continue
        at = [stands.get(number) for number in range(first, last)]
        if first == last:  # lines come back below the one that stood before them
            above = stands.get(first - 1, -1 if first == 0 else None)
            at = [None if above is None else above + 1]
        place = at[0]
        if place is None or at != list(range(place, place + len(at))):
            near = next((stands[number] for number in range(first, -1, -1) if number in stands), 0)
            raise WriteRefusedError(
                "the change was edited here since, so it cannot be taken back by itself; nothing "
                "was written",
                where=path,
                line=near + 1,
            )
        result[place : place + last - first] = old[start:end]
    return b"".join(result)


def _opcodes(a: list[bytes], b: list[bytes]) -> Sequence[tuple[str, int, int, int, int]]:
    return difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()


def _matching(base: list[bytes], new: list[bytes]) -> dict[int, int]:
    """Line of ``base`` -> where it stands in ``new`` now."""
    return {
        first + step: start + step
        for tag, first, last, start, _ in _opcodes(base, new)
        if tag == "equal"
        for step in range(last - first)
    }


def _check_meaning(dialect: Dialect, file: Kept, now: bytes, merged: bytes) -> None:
    """Exactly what the change taught is not taught any more, and nothing else."""
    if not dialect.data_files([file.path]):
        return
    try:
        before, after, edited, result = (
            _examples(dialect, source, file.path)
            for source in (file.before or b"", file.after or b"", now, merged)
        )
    except TrainingDataError as error:
        raise WriteRefusedError(
            f"the file would not be readable: {error.message}; nothing was written",
            where=file.path,
            line=error.line,
        ) from None
    expected = edited.copy()
    expected.subtract(after)
    expected.update(before)
    if +expected != result:
        raise WriteRefusedError(
            "taking the change back would change other examples, too; nothing was written",
            where=file.path,
        )


def _examples(dialect: Dialect, source: bytes, path: Path) -> Counter[Example]:
    return Counter(one.example for one in dialect.read({path: source}).examples)


def _bytes(folder: Path, number: int, kind: str) -> bytes | None:
    path = folder / f"{number}.{kind}"
    return path.read_bytes() if path.exists() else None
