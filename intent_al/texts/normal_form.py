"""One meaning of "the same text": what two spellings of one text have in common.

Used wherever texts are compared: in choosing what to ask, in applying and linting training data,
for held-out texts, in insights and on the page. Two texts with one normal form are one text, spelt
differently; equal texts always have one.
"""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = re.compile("['`\u00b4\u02bc\u2019\uff07]")
_DIGITS = re.compile(r"\d+")
_NOT_PLAIN = re.compile(r"[^0-9a-z]+")
_REPEATED = re.compile(r"(.)\1+")
_HALVES = re.compile("[\ud800-\udfff]")
_DOTTED_I = "i\u0307"
"""What folding the case makes of the capital letter of Turkish."""
_INVISIBLE = re.compile(
    "[\u00ad\u0640\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
)
"""What only tells how something is drawn: joiners, directions, variants of a picture (the colour of
a skin among them), hyphens that are not there, the line that lengthens an Arabic word."""


def normal_form(text: str) -> str:
    """Equal for two spellings of one text; empty for one of blanks alone. Idempotent.

    Case, width, the form of accents, spacing, punctuation, apostrophes and the values of numbers
    are spelling. Letters, marks that make another letter of one, emoji and other signs are not. A
    text of punctuation alone keeps it (``?`` is not ``!``), each mark once, however often repeated.
    """
    if text.isascii():
        folded = _DIGITS.sub("0", text.replace("'", "").replace("`", "").lower())
        form = _NOT_PLAIN.sub(" ", folded).strip()
    else:
        form = " ".join("".join(map(_kept, _folded(text))).split())
    return form or _of_punctuation(text)


def _folded(text: str) -> str:
    """Case, width and the form of accents, until nothing changes any more: folding makes letters
    that are composed otherwise, and composing makes letters that have a case."""
    seen = text
    while True:
        plain = _INVISIBLE.sub("", _APOSTROPHES.sub("", unicodedata.normalize("NFKC", seen)))
        folded = unicodedata.normalize("NFKC", plain.casefold()).replace(_DOTTED_I, "i")
        folded = _DIGITS.sub("0", folded)
        if folded == seen:
            return folded
        seen = folded


def _kept(char: str) -> str:
    """Letters, marks, numbers and signs; whatever else stands between words parts them."""
    if char.isascii():
        return char if char.isalnum() else " "
    return char if unicodedata.category(char)[0] in "LMNS" else " "


def _of_punctuation(text: str) -> str:
    squeezed = " ".join(_folded(text).split()) or " ".join(text.split())
    return _REPEATED.sub(r"\1", _HALVES.sub("\ufffd", squeezed))
