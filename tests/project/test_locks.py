"""One job of a kind at a time, and a job that was killed blocks nobody."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from intent_al.errors import BusyError
from intent_al.project.locks import lock
from tests.support.places import ROOT

HOLD = """
import sys
from pathlib import Path
from intent_al.project.locks import lock

with lock(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(state: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock until its input ends or it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(state), name],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_process_is_told_at_once_and_a_kill_frees_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(time, "sleep")  # nobody waits
    state = tmp_path / ".intent-al"
    with another_process(state, "intake") as holder:
        with (
            pytest.raises(BusyError, match="another `intake` is running") as caught,
            lock(state, "intake"),
        ):
            pass
        assert caught.value.where == str(state / "intake.lock")
        with lock(state, "review"):
            pass  # another job is not in the way
        holder.kill()
        holder.wait()
        with lock(state, "intake"):
            pass


def test_the_lock_is_free_after_the_job_whether_it_failed_or_not(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock(tmp_path, "intake"):
        raise ZeroDivisionError
    with another_process(tmp_path, "intake") as holder:
        holder.communicate("")
        assert holder.returncode == 0
    with lock(tmp_path, "intake"):
        pass
