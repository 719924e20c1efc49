"""Texts of strangers, made fit to be shown: what people type reaches us unfiltered."""

from __future__ import annotations

_SHOWN_AS = {"\n": "↵", "\r": "↵", "\t": " ", "\v": "↵", "\f": "↵"}


def visible(text: str) -> str:
    """The same text without what steers a terminal or turns a direction, one character for each.

    Control characters (so escape sequences), direction overrides and lone surrogates become U+FFFD;
    line ends become an arrow, and spaces of any kind a space. Offsets stay valid.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _stand_in(c) for c in text)


def _stand_in(char: str) -> str:
    if char.isspace():
        return _SHOWN_AS.get(char, " ")
    return "\N{REPLACEMENT CHARACTER}"


def shortened(text: str, length: int) -> str:
    """``text`` on one line of at most ``length`` characters."""
    line = visible(text)
    return line if len(line) <= length else line[: max(length - 1, 0)] + "…"
