"""One meaning of "the same text", whatever it is written in: all that compare texts go by it.

Two texts are the same when their normal forms are equal. What says nothing falls away:

* case (Unicode's case folding, and the dot that İ keeps over its i; the dotless i of Turkish tells
  words apart and stays), width, ligatures and other forms of compatibility;
* how an accent is encoded, not the accent: no combining mark of any script is dropped;
* what is not seen: zero-width characters, direction marks, soft hyphens, and tatweel;
* digits, of which every run in every script is ``0``: an order number makes no other question;
* apostrophes, so that "what's" is "whats"; punctuation and spacing.

Pictures and signs say something: 👍 is not 👎, € is not $. Each is a word of its own, and repeated
it says no more than once. How it is drawn (skin tone, text or colour) is left out. What several
characters draw together, flags, keycaps and joined pictures, is one picture.

A text of punctuation alone keeps it, each run as one sign: "?" is "???" and neither "!" nor ":)".
So "..." is ".", and nothing but an empty or invisible text has an empty form.
"""

from __future__ import annotations

import re
import unicodedata

WITHOUT_SPACES = "\u2e80"
"""First of the scripts in which a letter is a word, and another letter another word."""

_PICTURES = "\u2190-\u2bff\U0001f000-\U0001fbff"
"""Arrows, symbols, dingbats and emoji: what can be joined to one picture."""
_JOINER, _KEYCAP, _TAGS = "\u200d", "\u20e3", "\U000e0020-\U000e007f"
_UNSEEN = (
    "\u00ad\u034f\u0640\u07fa\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e001f\U000e0080-\U000e0fff"
)
"""Unicode's default ignorables, without joiners and tags, and the letters that only lengthen."""
_TAG_FLAG = f"\U0001f3f4[{_TAGS}]+(?<=\U000e007f)"

_NOT_PLAIN = re.compile(r"[^0-9a-z]+")
_DIGITS = re.compile(r"\d+")
_DOTTED = re.compile("i\u0307+")
_SPECIAL = re.compile(f"[{_PICTURES}{_UNSEEN}{_JOINER}{_KEYCAP}{_TAGS}]")
_NOT_SEEN = re.compile(f"[{_UNSEEN}]")
_SKIN = re.compile(f"(?<=[{_PICTURES}])[\U0001f3fb-\U0001f3ff]+")
_STRAY = re.compile(
    f"({_TAG_FLAG})|[{_TAGS}]|(?<![{_PICTURES}]){_JOINER}|{_JOINER}(?![{_PICTURES}])"
)
"""Joiners and tags where they draw nothing; a flag, which is its group, stays."""
_SEQUENCE = re.compile(
    f"([\\d#*]{_KEYCAP}|[\U0001f1e6-\U0001f1ff]{{2}}|{_TAG_FLAG}"
    f"|[{_PICTURES}](?:{_JOINER}[{_PICTURES}])+)"
)
"""Keycaps, flags of countries and of their parts, and joined pictures."""
_RUN = re.compile(r"(.)\1+")

_APOSTROPHES = "'`ʻʼ՚׳‘’‛′"  # noqa: RUF001
_ACUTE = re.compile("[\u00b4\u1ffd]")
_LIKE_PUNCTUATION = "−⁄∕"  # noqa: RUF001
"""Mathematical signs by Unicode, which stand for a hyphen or a slash."""
_ONE_SIGN = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys("❓❔؟⸮", "?") | dict.fromkeys("❕❗", "!")
)


def normal_form(text: str) -> str:
    """Words with a space between, equal for all spellings of one text; its own normal form."""
    if text.isascii() and "$" not in text:
        folded = text.lower().replace("'", "").replace("`", "")
        form = _NOT_PLAIN.sub(" ", _DIGITS.sub("0", folded)).strip()
        if form or not text:
            return form
    apart = _ACUTE.sub("'", text)  # once decomposed, they are a space and an accent
    folded = unicodedata.normalize("NFKD", apart).casefold()
    if not _SPECIAL.search(folded):
        words = _words(folded)
    else:
        folded = _visible(folded.translate(_ONE_SIGN))
        pieces = _SEQUENCE.split(folded)  # at odd places what is one picture
        words = [
            word for at, one in enumerate(pieces) for word in ([one] if at % 2 else _words(one))
        ]
    once = [
        word
        for before, word in zip(["", *words], words, strict=False)
        if word != before or any(map(str.isalnum, word))
    ]
    return unicodedata.normalize("NFC", " ".join(once)) if once else _signs(folded)


def _words(folded: str) -> list[str]:
    kept = folded.translate(_KEPT)
    if "\u0307" in kept:
        kept = _DOTTED.sub("i", kept)
    return _DIGITS.sub("0", kept).split()


def _visible(folded: str) -> str:
    """Without what is not seen; what stood between two marks may have kept them in disorder."""
    seen = _STRAY.sub(r"\1", _SKIN.sub("", _NOT_SEEN.sub("", folded)))
    return unicodedata.normalize("NFKD", seen)


def _signs(folded: str) -> str:
    """Of a text without a word."""
    kept = (char for char in folded if unicodedata.category(char) not in ("Cc", "Zs", "Zl", "Zp"))
    return _RUN.sub(r"\1", "".join(kept).translate(_ONE_SIGN))


_REMEMBERED = 65_536


class _Kept(dict[int, str]):
    """What becomes of a character, by its number; found out when it is first met."""

    def __missing__(self, code: int) -> str:
        found = _kept(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = found
        return found


def _kept(char: str) -> str:
    if char in _APOSTROPHES:
        return ""
    if char == _KEYCAP:  # without its digit
        return f" {char} "
    kind = unicodedata.category(char)
    if kind[0] in "LMN" or kind == "Co":
        return char
    drawn = re.match(f"[{_PICTURES}]", char) is not None
    if kind == "Cn":  # a picture, or a letter, that is younger than this Python
        return f" {char} " if drawn else char
    if kind == "Cs":
        return " \N{REPLACEMENT CHARACTER} "
    if kind[0] != "S" or char in _LIKE_PUNCTUATION or (char.isascii() and char != "$"):
        return " "
    return f" {char} " if drawn or kind != "Sk" else " "


_KEPT = _Kept()


def words_of(form: str) -> list[str]:
    """The words of a normal form, without pictures and signs."""
    return [word for word in form.split() if any(map(str.isalnum, word))]


def count_words(form: str) -> int:
    """Of a normal form; where words are written without spaces, every letter counts as one."""
    words = words_of(form)
    letters = (char for word in words for char in word[1:] if char >= WITHOUT_SPACES)
    return len(words) + sum(map(str.isalpha, letters))
