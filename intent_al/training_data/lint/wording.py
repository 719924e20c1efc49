"""How messages of all rules name texts and hints."""

from __future__ import annotations

from collections.abc import Iterable

from intent_al.plugins import nearest

_LONGEST = 60


def quoted(text: str) -> str:
    """A text in quotes, the end of a long one left out."""
    return f"'{text}'" if len(text) <= _LONGEST else f"'{text[: _LONGEST - 1]}…'"


def listed(names: Iterable[str], most: int = 3) -> str:
    """``a, b and c``; of a long list the first ones."""
    words = list(names)
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint to put into a message, or nothing: a bot's names are too many to list."""
    near = nearest(name, known, cutoff=0.75)
    return f" (did you mean {quoted(near)}?)" if near else ""
