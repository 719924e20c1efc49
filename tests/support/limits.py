"""The one limit of all tests, and how they wait.

No test depends on how fast the machine is: it waits until something is true, and a limit is there
only so that a test that hangs comes to an end. Where time itself matters, the clock is passed in.
"""

from __future__ import annotations

import time
from collections.abc import Callable

HANG = 600.0
"""Seconds after which something has hung, on the busiest machine."""


def until(condition: Callable[[], object], what: Callable[[], object] | None = None) -> None:
    """Wait until ``condition`` holds; ``what`` tells where things stand when it never does."""
    given_up = time.monotonic() + HANG
    while not condition():
        assert time.monotonic() < given_up, what() if what else "it never came true"
        time.sleep(0.02)
