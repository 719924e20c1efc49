"""Jobs step back behind people: who reviews on the same machine does not wait for a training."""

from __future__ import annotations

import os

LOW = 10
"""Of POSIX, from -20 to 19; what started a job with a lower priority has its way."""


def step_back() -> None:
    """Give this process and its children a low priority. Costs nothing where nobody else works."""
    if hasattr(os, "setpriority"):
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(own, LOW))
