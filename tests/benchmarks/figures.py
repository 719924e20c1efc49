"""One line of the benchmark's table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """``reached`` is None where nothing was promised."""

    what: str
    value: str
    reach: str = ""
    reached: bool | None = None
