"""Texts of strangers, made fit to be shown: what people type reaches us unfiltered."""

from __future__ import annotations

_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
_SHOWN_AS = {"\n": "↵", "\r": "↵", "\t": " ", "\v": "↵", "\f": "↵"}


def visible(text: str, *, joiners: bool = False) -> str:
    """The same text without what steers a terminal or turns a direction, one character for each.

    Control characters (so escape sequences), direction overrides and lone surrogates become U+FFFD;
    line ends become an arrow, and spaces of any kind a space. Offsets stay valid.

    ``joiners`` leaves those alone that scripts and emoji need, not those in ASCII, which only hide:
    a browser draws them, but terminals do not agree how wide that is.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or (joiners and _joins(text, at)) else _stand_in(c)
        for at, c in enumerate(text)
    )


def _joins(text: str, at: int) -> bool:
    return text[at] in _JOINERS and not text[at - 1 : at].isascii()


def _stand_in(char: str) -> str:
    if char.isspace():
        return _SHOWN_AS.get(char, " ")
    return "\N{REPLACEMENT CHARACTER}"


def shortened(text: str, length: int, *, joiners: bool = False) -> str:
    """``text`` on one line of at most ``length`` characters."""
    line = visible(text, joiners=joiners)
    return line if len(line) <= length else line[: max(length - 1, 0)] + "…"
