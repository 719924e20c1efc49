"""Replaces several files together, although no system call can.

A journal with the new and the old bytes is complete on disk before the first file is touched. Each
file is replaced whole. After a kill the next command finishes the change, or, where somebody has
edited a file in between, takes back what it can; a journal that is not complete means that nothing
had been touched. The old and new bytes are kept where the caller wants to undo the change later.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from intent_al.errors import WriteRefusedError
from intent_al.system.durable import (
    Step,
    no_step,
    replace_file,
    sync_folder,
    temporary_of,
    write_durably,
)
from intent_al.training_data.changes.changeset import ChangeSet, FileChange

_VERSION = 1


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file: hashes before and after (None: it is not there), and the numbered side files."""

    target: Path
    before: str | None
    after: str | None
    number: int


MANIFEST = "manifest.json"
"""What a kept change was: the journal's content, beside the bytes of each file, N.old and N.new."""


def commit(
    changeset: ChangeSet,
    journal_path: Path,
    on_written: Callable[[], None] | None = None,
    *,
    note: str = "",
    keep: Path | None = None,
    step: Step = no_step,
) -> None:
    """Write all files of a verified change, or none.

    ``on_written`` records the change elsewhere, after the last file and before the journal goes;
    if it raises, the files are put back. ``note`` is kept in the journal for ``recover``. ``keep``
    is a folder that becomes the record of the change, with a MANIFEST. ``step`` is called with a
    name before every action that a kill could interrupt.

    Raises WriteRefusedError, with no byte changed, when a file differs from the bytes it was
    planned from, is read-only, or cannot be written.
    """
    changeset.verify()
    if journal_path.exists():
        raise WriteRefusedError(
            "an unfinished change waits here: recover it first", where=journal_path
        )
    if not changeset.files:
        return
    entries = [_entry(change, number) for number, change in enumerate(changeset.files)]
    try:
        _write_journal(entries, changeset.files, journal_path, (note, keep), step)
        for entry, change in zip(entries, changeset.files, strict=True):
            _check_unchanged(entry)
            _put(entry, change.after, step)
    except (OSError, WriteRefusedError) as error:
        _take_back(entries, journal_path)
        if isinstance(error, WriteRefusedError):
            raise
        raise WriteRefusedError(
            f"cannot be written ({error.strerror or error}); every file is as it was",
            where=error.filename or journal_path,
        ) from error
    step("record")
    if on_written is not None:
        try:
            on_written()
        except Exception:
            _take_back(entries, journal_path)
            raise
    _close(journal_path, keep, step)


def recover(journal_path: Path, on_finished: Callable[[str], None] | None = None) -> str | None:
    """Finish or take back what a kill interrupted; returns one line that says which, or None.

    ``on_finished`` gets the ``note`` of a change that is finished now; it may have been recorded
    before the kill already, so recording must be repeatable.
    """
    if not journal_path.exists():
        if _side(journal_path).exists():
            shutil.rmtree(_side(journal_path))
            return "a change of the training files had not begun when it was interrupted; dropped"
        return None
    entries, note, keep = _read_journal(journal_path)
    edited = [entry for entry in entries if _hash_now(entry) not in (entry.before, entry.after)]
    for entry in entries:
        temporary_of(entry.target).unlink(missing_ok=True)
    if edited:
        names = ", ".join(str(entry.target) for entry in edited)
        left = [entry for entry in entries if entry not in edited]
        _take_back(left, journal_path)
        return f"an interrupted change was taken back, except in {names}: edited since, check it"
    for entry in entries:
        if _hash_now(entry) != entry.after:
            new = entry.after and _side_bytes(journal_path, entry, "new", entry.after)
            _put(entry, new or None, no_step)
    if on_finished is not None:
        on_finished(note)
    _close(journal_path, keep, no_step)
    return f"an interrupted change of {len(entries)} file(s) of training data was finished"


def _entry(change: FileChange, number: int) -> _Entry:
    target = Path(os.path.realpath(change.path))
    before = None if change.before is None else _hash(change.before)
    after = None if change.after is None else _hash(change.after)
    entry = _Entry(target, before, after, number)
    _check_unchanged(entry)
    if before is not None and not target.stat().st_mode & stat.S_IWUSR:
        raise WriteRefusedError("the file is read-only; make it writable first", where=target)
    return entry


def _put(entry: _Entry, source: bytes | None, step: Step) -> None:
    if source is not None:
        replace_file(entry.target, source, step)
        return
    step(f"remove {entry.target.name}")
    entry.target.unlink(missing_ok=True)
    sync_folder(entry.target.parent)


def _check_unchanged(entry: _Entry) -> None:
    if _hash_now(entry) != entry.before:
        raise WriteRefusedError(
            "the file changed on disk since the change was planned; plan it again",
            where=entry.target,
        )


def _hash(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()


def _hash_now(entry: _Entry) -> str | None:
    try:
        return _hash(entry.target.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WriteRefusedError(
            f"cannot be read ({error.strerror or error})", where=entry.target
        ) from None


def _side(journal_path: Path) -> Path:
    return journal_path.with_name(journal_path.name + ".d")


def _side_file(journal_path: Path, number: int, kind: str) -> Path:
    return _side(journal_path) / f"{number}.{kind}"


def _write_journal(
    entries: list[_Entry],
    changes: tuple[FileChange, ...],
    journal_path: Path,
    about: tuple[str, Path | None],
    step: Step,
) -> None:
    note, keep = about
    side = _side(journal_path)
    step("side folder")
    journal_path.parent.mkdir(parents=True, exist_ok=True)
    if side.exists():
        shutil.rmtree(side)
    side.mkdir()
    for entry, change in zip(entries, changes, strict=True):
        step("side file")
        if change.after is not None:
            write_durably(_side_file(journal_path, entry.number, "new"), change.after)
        if change.before is not None:
            write_durably(_side_file(journal_path, entry.number, "old"), change.before)
    sync_folder(side)
    content = {
        "version": _VERSION,
        "note": note,
        "keep": None if keep is None else str(keep),
        "files": [
            {"path": str(entry.target), "before": entry.before, "after": entry.after}
            for entry in entries
        ],
    }
    step("journal")
    temporary = side / "journal"
    for path in (side / MANIFEST, temporary):
        write_durably(path, json.dumps(content, indent=1).encode("utf-8"))
    step("journal in place")
    os.replace(temporary, journal_path)
    sync_folder(journal_path.parent)


def _read_journal(journal_path: Path) -> tuple[list[_Entry], str, Path | None]:
    try:
        content = json.loads(journal_path.read_text("utf-8"))
        entries = [
            _Entry(Path(one["path"]), one["before"], one["after"], number)
            for number, one in enumerate(content["files"])
        ]
        keep = content.get("keep")
        return entries, str(content["note"]), Path(keep) if keep else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WriteRefusedError(
            f"the journal cannot be read ({error}); compare the bot's files with their last "
            f"commit, then delete {journal_path.name} and {_side(journal_path).name}",
            where=journal_path,
        ) from None


def _side_bytes(journal_path: Path, entry: _Entry, kind: str, wanted: str) -> bytes:
    path = _side_file(journal_path, entry.number, kind)
    try:
        source = path.read_bytes()
    except OSError as error:
        raise WriteRefusedError(
            f"needed for {entry.target}, but cannot be read ({error.strerror or error})", where=path
        ) from None
    if _hash(source) != wanted:
        raise WriteRefusedError(f"needed for {entry.target}, but damaged", where=path)
    return source


def _take_back(entries: list[_Entry], journal_path: Path) -> None:
    """Put back the old bytes of the files that hold the new ones already.

    Here the journal goes first: side files without it say that nothing is to be done.
    """
    try:
        for entry in entries:
            temporary_of(entry.target).unlink(missing_ok=True)
            if _hash_now(entry) != entry.after:
                continue
            if entry.before is None:
                entry.target.unlink()
            elif entry.before != entry.after:
                old = _side_bytes(journal_path, entry, "old", entry.before)
                replace_file(entry.target, old)
        journal_path.unlink(missing_ok=True)
        shutil.rmtree(_side(journal_path), ignore_errors=True)
    except OSError as error:
        raise WriteRefusedError(
            f"the change is half-written and cannot be put back now ({error.strerror or error}); "
            "make room, then run the next command: it finishes the change",
            where=error.filename or journal_path,
        ) from error


def _close(journal_path: Path, keep: Path | None, step: Step) -> None:
    """The journal goes last: without its side files it still tells that all was written."""
    side = _side(journal_path)
    if keep is not None and side.exists():
        step("keep side files")
        keep.parent.mkdir(parents=True, exist_ok=True)
        os.replace(side, keep)
    step("remove side files")
    shutil.rmtree(side, ignore_errors=True)
    step("remove journal")
    journal_path.unlink(missing_ok=True)
    if journal_path.parent.exists():
        sync_folder(journal_path.parent)
