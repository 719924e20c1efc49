"""Writes a file so that a kill or a power cut leaves either the old bytes or the new ones."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

# Not a YAML suffix: Rasa would read a forgotten temporary file as training data.
_TEMPORARY = ".intent-al-tmp"
Step = Callable[[str], None]


def no_step(name: str) -> None:
    """Tests put a kill in place of this."""


def temporary_of(target: Path) -> Path:
    """Where the new bytes of a file wait; always the same name, so that it can be cleared away."""
    return target.with_name(f".{target.name}{_TEMPORARY}")


def replace_file(
    target: Path, source: bytes | Path, step: Step = no_step, *, shared: bool = False
) -> None:
    """Replace a file (no link) whole, with its permissions; ``step`` is told before each action.

    ``source`` are its bytes, or the file to copy them from. ``shared`` is what other processes may
    write at the same time: the last one counts. Raises OSError, with the old file as it was.
    """
    temporary = _temporary_of_ours(target) if shared else temporary_of(target)
    step(f"temporary of {target.name}")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_durably(temporary, source)
        if target.exists():
            shutil.copymode(target, temporary)
            owner = target.stat()
            with contextlib.suppress(OSError, AttributeError):  # only root can give files away
                os.chown(temporary, owner.st_uid, owner.st_gid)
        step(f"replace {target.name}")
        os.replace(temporary, target)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def create_secret(target: Path, source: bytes) -> bool:
    """Write a file that only its owner can read; False where there is one already, also where
    another process was first just now."""
    temporary = _temporary_of_ours(target)
    temporary.touch(mode=0o600)
    try:
        write_durably(temporary, source)
        os.link(temporary, target)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    sync_folder(target.parent)
    return True


def write_durably(path: Path, source: bytes | Path) -> None:
    with path.open("wb") as file:
        if isinstance(source, bytes):
            file.write(source)
        else:
            with source.open("rb") as original:
                shutil.copyfileobj(original, file)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename durable; folders cannot be opened on Windows, and need not be there."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _temporary_of_ours(target: Path) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(8)}{_TEMPORARY}")
