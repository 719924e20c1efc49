"""A copy of the bot's folder to train a candidate in, with a change that nobody has written yet.

The bot's own files stay as they are until the candidate has passed the gate. What cannot change
(configuration, components of the bot's own, endpoints) is linked; training data and domain are
copied, so that nothing that happens during an hour of training reaches the candidate.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from intent_al.errors import WriteRefusedError
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.repository.scratch import inside

_LEFT_OUT = frozenset({".git", ".rasa", ".intent-al", "models", "results"})
_READ = (".yml", ".yaml", ".json", ".txt", ".md")


def make_copy(root: Path, folder: Path, change: ChangeSet, copied: Iterable[Path]) -> None:
    """Fill ``folder`` anew. ``copied`` are the bot's files and folders that Rasa trains from.

    Raises WriteRefusedError for a change outside of the bot's folder.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # what changes is copied wherever it lies: through a link it would be the bot's own file
    wanted = [*copied, *(file.path for file in change.files)]
    places = [place for path in wanted if (place := inside(path, root)) is not None]
    tops = {place.parts[0] for place in places if place.parts}
    for entry in root.iterdir():
        if entry.name in _LEFT_OUT or entry.name.startswith(".intent-al"):
            continue
        target = folder / entry.name
        if entry.name not in tops:
            os.symlink(entry, target)
        elif entry.is_dir():
            shutil.copytree(entry, target, symlinks=False, ignore_dangling_symlinks=True)
        else:
            shutil.copyfile(entry, target)
    for file in change.files:
        place = inside(file.path, root)
        if place is None:
            raise WriteRefusedError(
                "lies outside of the bot's folder, where no candidate can be trained from it",
                where=file.path,
            )
        target = folder / place
        if file.after is None:
            target.unlink(missing_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.after)


def recipe_of(folder: Path, trained_from: Iterable[Path], facts: Iterable[str]) -> str:
    """A hash of all bytes that a training reads; ``facts`` are what else decides it."""
    digest = hashlib.sha256()
    for fact in facts:
        digest.update(f"{fact}\n".encode())
    for path in sorted(_files(trained_from)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _files(paths: Iterable[Path]) -> set[Path]:
    found: set[Path] = set()
    for path in paths:
        if path.is_file():
            found.add(path)
        else:
            found.update(one for one in path.rglob("*") if one.suffix in _READ and one.is_file())
    return found
