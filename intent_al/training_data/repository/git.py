"""The bot's repository: what is uncommitted there, a scratch worktree, a commit on its own branch.

Nothing here touches the branch that is checked out, its index or its files; nothing is ever pushed.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from intent_al.errors import WriteRefusedError

_SECONDS = 300
# A repository that somebody sent must not run its own programs when we only ask for its state.
_QUIET = ("-c", "core.fsmonitor=false", "-c", "gc.auto=0")


@dataclass(frozen=True, slots=True)
class Repository:
    """``top`` is the folder of the work tree, as an absolute path without links."""

    top: Path

    def uncommitted(self, paths: Iterable[Path]) -> list[Path]:
        """Those of the paths that differ from the last commit, or are not in it."""
        wanted = [str(self.inside(path)) for path in paths]
        if not wanted:
            return []
        listed = self._run(
            "status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignored", "--", *wanted
        )
        names = [entry[3:] for entry in listed.split("\0") if len(entry) > 3]
        return [self.top / name for name in names]

    def tracked(self, paths: Iterable[Path]) -> list[Path]:
        """Those of the paths that git knows."""
        wanted = [str(self.inside(path)) for path in paths]
        if not wanted:
            return []
        return [
            self.top / name for name in self._run("ls-files", "-z", "--", *wanted).split("\0")[:-1]
        ]

    def inside(self, path: Path) -> Path:
        """The path within the repository; raises WriteRefusedError for a file outside of it."""
        real = Path(os.path.realpath(path))
        try:
            return real.relative_to(self.top)
        except ValueError:
            raise WriteRefusedError(
                f"lies outside the repository {self.top}, so it cannot be part of a commit",
                where=path,
            ) from None

    def has_commits(self) -> bool:
        return self._ask("rev-parse", "--verify", "-q", "HEAD").returncode == 0

    @contextmanager
    def worktree(self) -> Iterator[Path]:
        """A scratch checkout of the last commit, gone afterwards."""
        with TemporaryDirectory(prefix="intent-al-") as folder:
            place = Path(os.path.realpath(folder)) / "worktree"
            self._run("worktree", "add", "--detach", "--quiet", str(place), "HEAD")
            try:
                yield place
            finally:
                self._ask("worktree", "remove", "--force", str(place))
                self._ask("worktree", "prune")

    def commit(self, place: Path, paths: Sequence[Path], branch: str, message: str) -> str:
        """Commit ``paths`` of a worktree on a new branch; returns the id of the commit.

        The repository's own hooks run; what they refuse is not committed.
        """
        names = [str(path) for path in paths]
        self._run("add", "--", *names, folder=place)
        self._run("switch", "--quiet", "-c", branch, folder=place)
        try:
            self._run("commit", "--quiet", "-m", message, "--", *names, folder=place)
        except WriteRefusedError:
            self._run("switch", "--quiet", "--detach", folder=place)
            self._ask("branch", "-D", branch)
            raise
        found = self._run("rev-parse", "HEAD", folder=place).strip()
        self._run("switch", "--quiet", "--detach", folder=place)
        return found

    def delete_branch(self, branch: str, commit: str) -> bool:
        """Delete a branch that is still at ``commit``; False where it has moved on or is in use."""
        at = self._ask("rev-parse", "--verify", "-q", f"refs/heads/{branch}").stdout.strip()
        return at == commit and self._ask("branch", "-D", branch).returncode == 0

    def can_apply(self, place: Path, patch: bytes) -> None:
        """Raises WriteRefusedError where git would not apply the patch to a worktree."""
        self._run("apply", "--check", "-", folder=place, given=patch)

    def _run(self, *arguments: str, folder: Path | None = None, given: bytes | None = None) -> str:
        done = self._ask(*arguments, folder=folder, given=given)
        if done.returncode:
            said = " ".join(done.stderr.split())[-400:] or f"exit code {done.returncode}"
            raise WriteRefusedError(f"git {arguments[0]} failed: {said}", where=self.top)
        return done.stdout

    def _ask(
        self, *arguments: str, folder: Path | None = None, given: bytes | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = _git(folder or self.top, *arguments, given=given)
        if done is None:
            raise WriteRefusedError("git is not installed", where=self.top)
        return done


def find(folder: Path) -> Repository | None:
    """The repository that a folder lies in; None where there is none, or no git."""
    done = _git(folder, "rev-parse", "--show-toplevel")
    if done is None or done.returncode or not done.stdout.strip():
        return None
    return Repository(Path(os.path.realpath(done.stdout.rstrip("\n"))))


def _git(
    folder: Path, *arguments: str, given: bytes | None = None
) -> subprocess.CompletedProcess[str] | None:
    # Inside a git hook these name another repository.
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
    }
    try:
        done = subprocess.run(
            ["git", *_QUIET, *arguments],
            cwd=folder,
            input=given,
            capture_output=True,
            timeout=_SECONDS,
            env={**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
            check=False,
        )
    except FileNotFoundError:
        return None
    except subprocess.TimeoutExpired:
        raise WriteRefusedError(
            f"git {arguments[0]} took more than {_SECONDS} seconds", where=folder
        ) from None
    return subprocess.CompletedProcess(
        done.args,
        done.returncode,
        os.fsdecode(done.stdout),
        os.fsdecode(done.stderr),
    )
