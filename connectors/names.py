"""What a misspelt name was meant to be, said in one way wherever a name is not known."""

from __future__ import annotations

from collections.abc import Collection, Iterable

LISTED = 30
"""Names that are listed at most: a table may have hundreds of columns."""


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.5) -> str | None:
    """The known name that ``word`` resembles most, whatever its case; None where none is near.

    ``cutoff`` lies in [0, 1], where 1 is the same name.
    """
    from difflib import get_close_matches  # only who misspells waits for it

    lowered = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), lowered, n=1, cutoff=cutoff)
    return lowered[near[0]] if near else None


def did_you_mean(word: str, known: Collection[str], *, shown: Collection[str] = ()) -> str:
    """``; did you mean 'x'? valid: x, y`` to end a message with, in the order of ``known``.

    ``shown`` is listed instead of ``known``, where a name is written with more than itself.
    """
    near = nearest(word, known)
    hint = "" if near is None else f" did you mean {near!r}?"
    names = list(shown or known)
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    return f";{hint} valid: {', '.join(names[:LISTED])}{more}"
