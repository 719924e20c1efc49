"""Writes a file so that a kill or a power cut leaves either the old bytes or the new ones."""

from __future__ import annotations

import contextlib
import os
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


def replace_file(target: Path, source: bytes, step: Step = no_step) -> None:
    """Replace a file (no link) whole, with its permissions; ``step`` is told before each action."""
    temporary = temporary_of(target)
    step(f"temporary of {target.name}")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_durably(temporary, source)
    if target.exists():
        shutil.copymode(target, temporary)
        owner = target.stat()
        with contextlib.suppress(OSError, AttributeError):  # only root can give files away
            os.chown(temporary, owner.st_uid, owner.st_gid)
    step(f"replace {target.name}")
    os.replace(temporary, target)
    sync_folder(target.parent)


def write_durably(path: Path, source: bytes) -> None:
    with path.open("wb") as file:
        file.write(source)
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
