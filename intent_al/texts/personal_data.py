"""What personal data looks like in a message, and what only looks like it.

A rule finds too much rather than too little where a person could be found by it, and still spares
what a bot has to learn from: order numbers, dates, times, prices. No text can make a rule take more
than linear time: what repeats is bounded, or told apart from what follows by its characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class PersonalDataRule:
    """One kind of personal data.

    ``pattern`` finds candidates, or their group ``data`` where it has one; ``size`` tells how many
    characters of a candidate, from its start, are personal data indeed.
    """

    name: str
    pattern: re.Pattern[str]
    size: Callable[[str], int] = len

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Half-open spans in order, without overlap."""
        group = "data" if "data" in self.pattern.groupindex else 0
        at = 0
        while at <= len(text) and (found := self.pattern.search(text, at)):
            size = self.size(found[group] or "")
            if size:
                yield found.start(group), found.start(group) + size
            at = found.start(group) + size if size else found.start() + 1


def fold(text: str) -> str:
    """The same length, with the digits, spaces and dashes of all scripts as ASCII has them."""
    return text if text.isascii() else text.translate(_folded())


@lru_cache(maxsize=1)
def _folded() -> dict[int, str]:
    """Made when the first text needs it: looking at every character takes a moment."""
    table = {ord("＠"): "@", ord("＋"): "+", ord("．"): "."}
    for code in range(128, 0x10000):
        kind = unicodedata.category(chr(code))
        if kind == "Nd":
            table[code] = str(unicodedata.digit(chr(code)))
        elif kind in ("Zs", "Pd"):
            table[code] = " " if kind == "Zs" else "-"
    return table


# Words that name a secret with anything before them, and those that do so only alone.
_URL_SECRET = (
    r"[?&#;](?:[\w.-]{0,30}?(?:token|secret|signature|password|passwd|session|api_?key)\w{0,8}"
    r"|(?:auth|reset|access|confirm|verify|magic|login)?[_-]?(?:code|key|link|otp|hash)"
    r"|sig|sid|auth|pwd|jwt)=(?P<data>[^\s&#;]{6,})"
)
_URL_LOGIN = r"://[^\s/@:]{1,100}:(?P<data>[^\s/@]{1,200})(?=@)"
_EMAIL = (
    r"(?<![\w.%+'-])[\w.%+'-]+@(?:[\w-]{1,63}\.){1,8}"
    r"(?:xn--[a-z0-9-]{2,59}|[^\W\d_]{2,24})(?![^\W_])"
)
_IBAN = r"(?<![^\W_])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}"
_CARD = r"(?<![0-9])[2-6][0-9]{3}(?:[ .-]?[0-9]){9,15}"
_PHONE = r"""
    (?<![\w\#-])(?<![0-9][.,:/])
    (?: \(?(?:\+|00)(?:[ ./()-]{0,3}[0-9]){7,14}                  # with the country's code
      | \(?0(?:[ ./()-]{0,3}[0-9]){8,11}                          # from within the country
      | (?:1[ .-])?(?:\([2-9][0-9]{2}\)[ .-]?|[2-9][0-9]{2}[ .-])[0-9]{3}[ .-][0-9]{4}
      | [4-9][0-9]{2}(?P<gap>[ -])[0-9]{3}(?P=gap)[0-9]{3}        # nine digits, no leading 0
      | [6-9][0-9]{2}(?:[ ][0-9]{2}){3}
      | [6-9][0-9]{4}[ -][0-9]{5}
    )(?![\w]|[:/][0-9])
"""
_LONG_NUMBER = r"(?<![\w#-])(?<![0-9][.,])[0-9]{9,}(?![\w-])"

_NOT_DIALLED = re.compile(
    r"""0\.                                                       # a decimal
      | 0[1-9](?P<gap>[./-])[0-3]?[0-9](?P=gap)(?:19|20)?[0-9]{2}(?![0-9./-])  # a date
      | 0?[0-9]\.[0-9]{2}[ ]?-[ ]?[0-9]{1,2}\.[0-9]{2}            # opening hours
    """,
    re.VERBOSE,
)

_IBAN_LENGTHS = {
    entry[:2]: int(entry[2:])
    for entry in (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 "
        "DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 "
        "HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 "
        "MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 "
        "RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 "
        "VA22 VG24 XK20 YE30"
    ).split()
}


def _dialled(text: str) -> int:
    """Nothing of a date, a decimal or opening hours, which may begin as a phone number does."""
    return 0 if _NOT_DIALLED.match(text.lstrip("(")) else len(text)


def _iban(text: str) -> int:
    """As many characters as the country's IBANs have, if their checksum is right (ISO 13616)."""
    places = [place for place, char in enumerate(text) if char not in " -"]
    length = _IBAN_LENGTHS.get(text[:2].upper(), 0)
    if not 0 < length <= len(places):
        return 0
    compact = "".join(text[place] for place in places[:length]).upper()
    number = int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4]))
    return places[length - 1] + 1 if number % 97 == 1 else 0


_CARD_LENGTHS = (13, 14, 15, 16, 19)


def _card(text: str) -> int:
    """The longest run of whole groups, the first of four digits, that passes the Luhn check."""
    ends = [place + 1 for place, char in enumerate(text) if char.isdigit()]
    if len(text) > 4 and not text[4].isdigit():
        ends = [end for end in ends if not text[end : end + 1].isdigit()]
    else:
        ends = [len(re.match(r"[0-9]+", text)[0])]  # type: ignore[index]
    for end in reversed(ends):
        digits = [int(char) for char in text[:end] if char.isdigit()]
        if len(digits) in _CARD_LENGTHS and _luhn(digits):
            return end
    return 0


def _luhn(digits: list[int]) -> bool:
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


RULES: tuple[PersonalDataRule, ...] = (
    PersonalDataRule("url_secret", re.compile(_URL_SECRET, re.IGNORECASE)),
    PersonalDataRule("url_secret", re.compile(_URL_LOGIN)),
    PersonalDataRule("email", re.compile(_EMAIL)),
    PersonalDataRule("iban", re.compile(_IBAN, re.IGNORECASE | re.ASCII), _iban),
    PersonalDataRule("card", re.compile(_CARD), _card),
    PersonalDataRule("phone", re.compile(_PHONE, re.VERBOSE), _dialled),
    PersonalDataRule("long_number", re.compile(_LONG_NUMBER)),
)
"""In the order in which they are tried: what one has found is not looked at by the next."""

RULE_NAMES = tuple(dict.fromkeys(rule.name for rule in RULES))


class Found(NamedTuple):
    """The half-open span of one piece of personal data, and the name of the rule that found it."""

    start: int
    end: int
    rule: str


# Nine texts of ten hold nothing that any rule could match; the first look costs next to nothing.
_NEEDED = re.compile(r"[@＠=\d]")
_WORTH_A_LOOK = re.compile(r"[@＠=]|\d(?:[^\w\n]{0,3}\d){6}|[A-Za-z]{2}\d{2}")


class Policy:
    """The rules that a project asks; ``extra`` names further patterns, which come first.

    A pattern of ``extra`` finds what its group ``data`` matches, or all that it matches.
    """

    def __init__(
        self,
        enabled: Sequence[str] = RULE_NAMES,
        extra: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        own = tuple(PersonalDataRule(name, re.compile(pattern)) for name, pattern in extra.items())
        self._has_own = bool(own)
        self._rules = own + tuple(rule for rule in RULES if rule.name in enabled)

    def may_find(self, text: str) -> bool:
        """Whether ``find`` is worth calling; quick, and never wrong when it says no."""
        return self._has_own or bool(_NEEDED.search(text) and _WORTH_A_LOOK.search(text))

    def find(self, text: str) -> list[Found]:
        """In order, without overlap; each piece is found once, by the first rule that does."""
        if not self.may_find(text):
            return []
        found: list[Found] = []
        seen = fold(text)
        for rule in self._rules:
            spans = list(rule.spans(seen))
            if spans:
                found += [Found(start, end, rule.name) for start, end in spans]
                seen = replaced(seen, ((start, end, "\0" * (end - start)) for start, end in spans))
        return sorted(found)

    def hidden(self, text: str) -> str:
        """``text`` fit to be shown to anybody: an asterisk for each character that was found."""
        return replaced(text, ((at, end, "*" * (end - at)) for at, end, _ in self.find(text)))


def replaced(text: str, pieces: Iterable[tuple[int, int, str]]) -> str:
    """``text`` with (start, end, instead) put in; the pieces are in order and do not overlap."""
    parts, done = [], 0
    for start, end, instead in pieces:
        parts += [text[done:start], instead]
        done = end
    return "".join([*parts, text[done:]])
