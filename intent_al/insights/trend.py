"""Whether something is said more often than it was, or only by chance."""

from __future__ import annotations

from collections.abc import Sequence

RISING, FALLING, STEADY = "rising", "falling", "steady"
_DEVIATIONS = 2.0


def trend(counts: Sequence[int]) -> str:
    """Of counts of periods: the second half beside the first. Counts vary by their square root, so
    a difference below two deviations is none."""
    half = len(counts) // 2
    before, after = sum(counts[:half]), sum(counts[len(counts) - half :])
    if abs(after - before) <= _DEVIATIONS * (before + after) ** 0.5:
        return STEADY
    return RISING if after > before else FALLING
