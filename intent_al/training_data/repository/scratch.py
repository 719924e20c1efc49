"""A copy of the bot in which a change is tried before the bot itself is touched.

Where the bot lies in a git repository, the copy is a worktree of its last commit; else it is a
folder with the files that Rasa would read.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from intent_al.errors import WriteRefusedError
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.repository.git import Repository

_SECONDS = 1_800
_SHOWN = 600


@contextmanager
def scratch(
    change: ChangeSet, repository: Repository | None, copies: Iterable[Path] = ()
) -> Iterator[Path]:
    """The changed bot in a scratch folder, which stands for ``change.root``.

    ``copies`` are files of the bot that are taken as they are now, not as they were committed.
    Files outside of the bot's folder are left out.
    """
    if repository is not None and repository.has_commits():
        with repository.worktree() as top:
            root = top / repository.inside(change.root)
            root.mkdir(parents=True, exist_ok=True)
            _fill(change, root, copies)
            yield root
        return
    with TemporaryDirectory(prefix="intent-al-") as folder:
        root = Path(folder)
        _fill(change, root, copies)
        yield root


def inside(path: Path, root: Path) -> Path | None:
    """The path within the bot's folder; None where it lies outside."""
    path, root = path.absolute(), root.absolute()
    return path.relative_to(root) if path.is_relative_to(root) else None


def validate(root: Path, command: Sequence[str]) -> None:
    """Run the project's own check in the scratch folder.

    Raises WriteRefusedError, with the end of what it said, unless it ends with exit code 0.
    """
    try:
        done = subprocess.run(
            list(command), cwd=root, capture_output=True, timeout=_SECONDS, check=False
        )
    except FileNotFoundError:
        raise WriteRefusedError(
            f"[apply] validate: there is no command {command[0]!r}; nothing was written"
        ) from None
    except subprocess.TimeoutExpired:
        raise WriteRefusedError(
            f"[apply] validate: {command[0]} took more than {_SECONDS} seconds; nothing was written"
        ) from None
    if done.returncode:
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        raise WriteRefusedError(
            f"[apply] validate: {' '.join(command)} ended with exit code {done.returncode}; "
            f"nothing was written. It said: {' '.join(said.split())[-_SHOWN:]}"
        )


def _fill(change: ChangeSet, root: Path, copies: Iterable[Path]) -> None:
    for path in copies:
        place = inside(path, change.root)
        if place is not None and path.is_file():
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, root / place)
    for file in change.files:
        place = inside(file.path, change.root)
        if place is None:
            continue
        if file.after is None:
            (root / place).unlink(missing_ok=True)
            continue
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_bytes(file.after)
