"""Texts of strangers, made fit for a page: Jinja escapes markup, this is about the rest.

A browser draws what a terminal must not see, such as the joiners inside an emoji or a Persian word,
so less is replaced than in the terminal.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

LONGEST = 280

# Controls but for tab and line ends, what turns the direction of all that follows, and code points
# that no document may hold
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u2028\u2029"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def shown(text: str, longest: int = LONGEST) -> str:
    """``text`` without what a page cannot show as it is, and how much longer it was."""
    lines = text[:longest].replace("\r\n", "\n").replace("\r", "\n")
    cut = _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", lines).strip()
    return cut if len(text) <= longest else f"{cut}… ({len(text):,} characters)"


def name(text: str) -> str:
    """The same for a name, which has less room."""
    cut = _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", text[:_NAME]).strip()
    return cut if len(text) <= _NAME else f"{cut}…"


def label(text: str) -> str:
    """The same beside a picture, where a name has a fixed place; its ends tell it from others."""
    whole = name(text)
    return whole if len(whole) <= _LABEL else f"{whole[: _LABEL // 2]}…{whole[1 - _LABEL // 2 :]}"


_NAME, _LABEL = 60, 26


def percent(share: float) -> str:
    return f"{share:.1%}".replace("%", "\N{NARROW NO-BREAK SPACE}%")


def points(share: float) -> str:
    """A difference of shares in points, with its sign; the minus is as wide as the plus."""
    return _signed(f"{100 * share:+.1f}")


def tick(share: float) -> str:
    """Points at an axis, as short as they can be."""
    return "0" if abs(share) < 1e-9 else f"{100 * share:+g}".replace("-", "\N{MINUS SIGN}")


def change(difference: float) -> str:
    """A difference of F1, with its sign."""
    return _signed(f"{difference:+.2f}")


def when(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%d %H:%M} UTC"


def _signed(number: str) -> str:
    return "±0" + number[2:] if not float(number) else number.replace("-", "\N{MINUS SIGN}")
