"""Notice rows that became visible late, below an id that has been read already.

Databases hand out ids before they commit. The window knows how many ids lie in the last ``size``
before the cursor, and their sum; a row that turns up late (or vanishes) changes both.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any


class IdWindow:
    """The ids seen in ``(low, last]``."""

    def __init__(self, size: int, *, low: int = 0, last: int = 0) -> None:
        self.size = size
        self.low = low
        self.last = last
        self._ids: list[int] = []
        self._count = 0
        self._sum = 0

    @classmethod
    def restore(cls, size: int, state: Mapping[str, Any]) -> IdWindow:
        window = cls(size, low=int(state["low"]), last=int(state["last"]))
        window._count, window._sum = int(state["count"]), int(state["sum"])
        return window

    def state(self) -> dict[str, int]:
        return {"low": self.low, "last": self.last, "count": self._count, "sum": self._sum}

    def compare(self, ids: Sequence[int]) -> IdWindow:
        """Given the ids that are there now: this window, or one that starts before it again."""
        if (len(ids), sum(ids)) != (self._count, self._sum):
            return IdWindow(self.size, low=self.low, last=self.low)
        window = IdWindow(self.size, low=self.low, last=self.low)
        window.extend(ids)
        window.last = self.last
        return window

    def extend(self, ids: Sequence[int]) -> None:
        """Add ascending ids that were read, and forget what fell out of the window."""
        if not ids:
            return
        self._ids.extend(ids)
        self._count += len(ids)
        self._sum += sum(ids)
        self.last = ids[-1]
        self.low = max(self.low, self.last - self.size)
        gone = bisect_right(self._ids, self.low)
        self._sum -= sum(self._ids[:gone])
        self._count -= gone
        del self._ids[:gone]
