"""What we start does not outlive us, and is not started again when we end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from intent_al.errors import RasaError
from intent_al.system import processes as children
from tests.support.limits import until

PARENT = (
    "import subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
    "print(child.pid, flush=True); time.sleep(600)"
)
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print(0, flush=True); time.sleep(600)"
)


@pytest.fixture(autouse=True)
def not_ending() -> Iterator[None]:
    yield
    children._ending.clear()


def started(code: str) -> tuple[subprocess.Popen[bytes], int]:
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    number = int(process.stdout.readline())
    process.stdout.close()
    return process, number


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_children_of_a_child_end_with_it() -> None:
    process, grandchild = started(PARENT)
    with children.watched(process):
        assert process.poll() is None
    assert process.poll() is not None
    until(lambda: gone(grandchild))


def test_one_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "GRACE_SECONDS", 0.2)
    process, _ = started(STUBBORN)
    with children.watched(process):
        pass
    assert process.returncode == -signal.SIGKILL


def test_when_we_end_all_of_them_end_and_no_other_is_started() -> None:
    first, _ = started(PARENT)
    with children.watched(first):
        children.end_all()
        assert first.poll() is not None
        second, grandchild = started(PARENT)
        with pytest.raises(RasaError, match="is ending"), children.watched(second):
            os.abort()
        assert second.poll() is not None
        until(lambda: gone(grandchild))
