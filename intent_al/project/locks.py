"""One job of a kind at a time, across processes.

A lock goes with the process that holds it, however that ends, so a killed job blocks nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from intent_al.errors import BusyError


@contextmanager
def lock(state: Path, name: str) -> Iterator[None]:
    """Hold the lock ``name`` of a project; BusyError at once where another process has it."""
    state.mkdir(parents=True, exist_ok=True)
    path = state / f"{name}.lock"
    held = FileLock(path, timeout=0)
    try:
        held.acquire()
    except Timeout:
        message = f"another `{name}` is running here; wait for it to end"
        raise BusyError(message, where=path) from None
    try:
        yield
    finally:
        held.release()
