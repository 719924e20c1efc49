"""Processes that were started and still run, so that whoever ends us can end them first."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterator

from intent_al.errors import RasaError

GRACE_SECONDS = 5.0

_lock = threading.Lock()
_running: set[subprocess.Popen[bytes]] = set()
_ending = threading.Event()


@contextlib.contextmanager
def watched(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The leader of a session of its own; ended with everything that it started, on the way out.

    Raises RasaError where we are about to end ourselves: whoever lost a process then would start
    another one.
    """
    with _lock:
        _running.add(process)
    if _ending.is_set():
        end(process)
        raise RasaError("nothing is started any more, because this process is ending")
    try:
        yield process
    finally:
        end(process)
        with _lock:
            _running.discard(process)


def end_all() -> None:
    """End all of them, for good; whoever waits for one sees it die."""
    _ending.set()
    with _lock:
        processes = list(_running)
    for process in processes:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Politely, then for certain, the whole group: Rasa starts processes of its own."""
    if process.poll() is not None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
            return
