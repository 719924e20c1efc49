"""Whole numbers from a URL or a form."""

from __future__ import annotations


def whole(text: str | None) -> int | None:
    """None for what is none, or longer than any id: a database has its limits."""
    return int(text) if text and text.isdecimal() and len(text) < 16 else None
