"""Brings a planned change into the bot: into its files, onto a branch of its own, or into a patch.

However it leaves, it was read back, tried in a scratch copy and checked there before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from intent_al.errors import WriteRefusedError
from intent_al.system.durable import replace_file
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.changes.file_diff import file_diff
from intent_al.training_data.dialects.base import Dialect
from intent_al.training_data.of_project import read_paths
from intent_al.training_data.repository import git, journal, undo
from intent_al.training_data.repository.scratch import inside, scratch, validate


@dataclass(frozen=True, slots=True)
class Bot:
    """Where a bot's files are. ``copies`` are those that a scratch copy needs besides the change.

    ``validate`` is the project's own check, run in the scratch copy; ``undo`` the folder of the
    records of changes; ``journal`` the file that makes several changes one.
    """

    dialect: Dialect
    root: Path
    data: Sequence[Path]
    journal: Path
    undo: Path
    copies: Sequence[Path] = ()
    validate: Sequence[str] = ()


def into_files(
    bot: Bot,
    change: ChangeSet,
    apply_id: str,
    on_written: Callable[[], None],
    *,
    note: str = "",
    allow_dirty: bool = False,
) -> None:
    """Change the bot's own files, all or none, with a record to undo it by.

    Raises WriteRefusedError where they hold uncommitted changes of somebody else.
    """
    change.verify()
    repository = git.find(bot.root)
    if repository is not None and not allow_dirty:
        _refuse_dirty(_tracked_inside(repository, change), repository, _own_bytes(bot))
    _try_out(bot, change, repository, bot.copies)
    journal.commit(change, bot.journal, on_written, note=note, keep=bot.undo / apply_id)
    undo.keep_last(bot.undo)


def onto_branch(bot: Bot, change: ChangeSet, apply_id: str, message: str) -> tuple[str, str]:
    """Commit the change on a new branch from the last commit; returns branch and commit id.

    The files, the index and the branch that is checked out stay as they are. Nothing is pushed.
    """
    change.verify()
    repository = _repository_of(bot)
    _refuse_dirty(_all_inside(repository, bot, change), repository)
    branch = f"intent-al/{re.sub(r'[^0-9A-Za-z-]', '-', apply_id)}"
    with scratch(change, repository) as root:
        _check(bot, change, root)
        changed = [repository.inside(file.path) for file in change.files]
        top = root
        for _ in repository.inside(bot.root).parts:
            top = top.parent
        return branch, repository.commit(top, changed, branch, message)


def into_patch(bot: Bot, change: ChangeSet, target: Path) -> None:
    """Write the change as a patch, for ``git apply``, or ``patch -p1`` in the bot's folder."""
    change.verify()
    repository = git.find(bot.root)
    if repository is not None:
        _refuse_dirty(_all_inside(repository, bot, change), repository)
    patch = _patch(change, repository).encode("utf-8")
    with scratch(change, repository, () if repository else bot.copies) as root:
        _check(bot, change, root)
    if repository is not None and repository.has_commits():
        with repository.worktree() as top:
            repository.can_apply(top, patch)
    try:
        replace_file(target, patch)
    except OSError as error:
        raise WriteRefusedError(
            f"cannot be written ({error.strerror or error})", where=target
        ) from error


def _patch(change: ChangeSet, repository: git.Repository | None) -> str:
    """git reads the names of a patch from the top of the work tree, wherever it is called."""
    if repository is None:
        return change.diff()
    top = repository.top
    return "".join(
        file_diff(one.before, one.after, top / repository.inside(one.path), top, one.touched)
        for one in change.files
    )


def _try_out(
    bot: Bot, change: ChangeSet, repository: git.Repository | None, copies: Sequence[Path]
) -> None:
    with scratch(change, repository, copies) as root:
        _check(bot, change, root)


def _check(bot: Bot, change: ChangeSet, root: Path) -> None:
    """The scratch copy holds the new bytes, can be read as a whole, and passes the project's own
    check."""
    for file in change.files:
        place = inside(file.path, change.root)
        if place and file.after is not None and (root / place).read_bytes() != file.after:
            raise WriteRefusedError("changed on its way to the scratch copy", where=file.path)
    places = [inside(path, change.root) for path in bot.data]
    read_paths(bot.dialect, [root / place for place in places if place and (root / place).exists()])
    if bot.validate:
        validate(root, bot.validate)


def _repository_of(bot: Bot) -> git.Repository:
    repository = git.find(bot.root)
    if repository is None or not repository.has_commits():
        raise WriteRefusedError(
            "is in no git repository with a commit, so there is nothing to commit to; apply "
            "without --commit, or make one with `git init`",
            where=bot.root,
        )
    return repository


def _refuse_dirty(
    paths: Sequence[Path],
    repository: git.Repository,
    own: Callable[[Path], frozenset[bytes]] = lambda path: frozenset(),
) -> None:
    for path in repository.uncommitted(paths):
        if path.is_file() and path.read_bytes() in own(path):
            continue
        raise WriteRefusedError(
            "has uncommitted changes; commit or stash them first, so that this change can be told "
            "from them (--allow-dirty changes it all the same)",
            where=path,
        )


def _tracked_inside(repository: git.Repository, change: ChangeSet) -> list[Path]:
    """Of the files that change, those that git knows; the others have no commit to differ from."""
    try:
        return repository.tracked([file.path for file in change.files if file.before is not None])
    except WriteRefusedError:
        return []  # a link to a file outside of the repository


def _all_inside(repository: git.Repository, bot: Bot, change: ChangeSet) -> list[Path]:
    """What a commit is planned from has to be what was committed."""
    changing = [file.path for file in change.files if file.before is not None]
    return list(dict.fromkeys([*changing, *repository.tracked(bot.copies)]))


def _own_bytes(bot: Bot) -> Callable[[Path], frozenset[bytes]]:
    """What earlier changes of ours have left in a file: that is nobody else's work."""
    known: dict[Path, set[bytes]] = {}
    for folder in undo.records(bot.undo):
        for file in undo.read_record(folder).files:
            if file.after is not None:
                known.setdefault(file.path, set()).add(file.after)
    return lambda path: frozenset(known.get(path, ()))
