"""Signing in is limited: after some wrong passwords a name, and an address, have to wait."""

from __future__ import annotations

import threading
from collections import OrderedDict

FREE = 5
"""Wrong passwords before the first wait."""
WAIT = 15.0
LONGEST = 900.0
"""Seconds: the first wait, which doubles with every further one, and the longest."""
_REMEMBERED = 10_000


class Throttle:
    """In memory: one process serves the page, and a restart is no attack."""

    def __init__(self) -> None:
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, keys: list[str], now: float) -> float:
        """Seconds until the next try is allowed; 0 where it is."""
        with self._lock:
            return max((self._until(key) - now for key in keys), default=0.0)

    def failed(self, keys: list[str], now: float) -> None:
        with self._lock:
            for key in keys:
                count, _ = self._failed.pop(key, (0, 0.0))
                self._failed[key] = (count + 1, now)
            while len(self._failed) > _REMEMBERED:
                self._failed.popitem(last=False)

    def succeeded(self, keys: list[str]) -> None:
        with self._lock:
            for key in keys:
                self._failed.pop(key, None)

    def _until(self, key: str) -> float:
        count, last = self._failed.get(key, (0, 0.0))
        if count < FREE:
            return 0.0
        wait: float = min(WAIT * 2.0 ** (count - FREE), LONGEST)
        return last + wait
