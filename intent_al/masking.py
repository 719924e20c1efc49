"""Personal data is replaced before anything is stored, by surrogates of the same shape.

Digits become digits and letters letters, so that lengths, offsets and what a model sees of a text
stay the same; the surrogate follows from the text and a key, so that the same address is the same
surrogate everywhere and duplicates remain duplicates. Order numbers and the like are entities to
learn from: only what a rule of the policy matches is replaced.
"""

from __future__ import annotations

import hmac
import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from intent_al.personal_data import RULE_NAMES, RULES, Rule, fold

_REMEMBERED = 8_192

# Nine texts of ten hold nothing that any rule could match; the first look costs next to nothing.
_NEEDED = re.compile(r"[@＠=\d]")
_WORTH_A_LOOK = re.compile(r"[@＠=]|\d(?:[^\w\n]{0,3}\d){6}|[A-Za-z]{2}\d{2}")


@dataclass(slots=True)
class Masker:
    """Masks texts under a key; ``extra`` names further patterns of the project's own policy.

    A pattern of ``extra`` replaces what its group ``data`` matches, or all that it matches.
    """

    key: bytes
    enabled: tuple[str, ...] = RULE_NAMES
    extra: Mapping[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    _rules: tuple[Rule, ...] = ()
    _cached: Callable[[str], tuple[str, tuple[str, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        own = tuple(Rule(name, re.compile(pattern)) for name, pattern in self.extra.items())
        self._rules = own + tuple(rule for rule in RULES if rule.name in self.enabled)
        self._cached = lru_cache(maxsize=_REMEMBERED)(self._mask)

    def mask(self, text: str) -> str:
        """``text`` with personal data replaced; same length in code points. Counts what it did."""
        if not self.extra and not (_NEEDED.search(text) and _WORTH_A_LOOK.search(text)):
            return text
        masked, hits = self._cached(text)
        self.counts.update(hits)
        return masked

    def mask_value(self, value: object) -> object:
        """The same for anything JSON, keys left alone."""
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, Mapping):
            return {key: self.mask_value(item) for key, item in value.items()}
        if isinstance(value, Iterable) and not isinstance(value, bytes):
            return [self.mask_value(item) for item in value]
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**8:
            masked = self.mask(str(value))
            return int(masked) if masked.lstrip("-").isdecimal() else masked
        return value

    def pseudonym(self, sender: str) -> str:
        """A keyed hash of a sender: the same person stays one person, and stays unknown."""
        return _keyed(self.key, f"sender:{sender}").hex()[:16]

    def _mask(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Each piece of personal data is replaced once, by the first rule that finds it."""
        found: list[tuple[int, int, str]] = []
        seen = fold(text)
        for rule in self._rules:
            spans = list(rule.spans(seen))
            if spans:
                found += [(start, end, rule.name) for start, end in spans]
                seen = _replaced(seen, ((start, end, "\0" * (end - start)) for start, end in spans))
        found.sort()
        surrogates = (
            (start, end, self._surrogate(name, text[start:end])) for start, end, name in found
        )
        return _replaced(text, surrogates), tuple(name for _, _, name in found)

    def _surrogate(self, rule: str, secret: str) -> str:
        """Digits for digits, letters for letters, drawn from a keyed stream; the rest stays."""
        kept = len(secret) - len(fold(secret).lstrip("+(0")) if rule == "phone" else 0
        stream = _stream(self.key, f"{rule}:{secret.casefold()}")
        drawn = "".join(_same_shape(char, next(stream)) for char in secret[kept:])
        return secret[:kept] + drawn


def _replaced(text: str, pieces: Iterable[tuple[int, int, str]]) -> str:
    """``text`` with (start, end, instead) put in; the pieces are in order and do not overlap."""
    parts, done = [], 0
    for start, end, instead in pieces:
        parts += [text[done:start], instead]
        done = end
    return "".join([*parts, text[done:]])


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")


def _stream(key: bytes, text: str) -> Iterator[int]:
    """Random bytes without end that follow from ``text``, which is hashed once."""
    seed = _keyed(key, text)
    counter = 0
    while True:
        yield from _keyed(seed, str(counter))
        counter += 1


def _same_shape(char: str, random_byte: int) -> str:
    if char.isdecimal():
        return string.digits[random_byte % 10]
    if char.isalpha():
        letters = string.ascii_uppercase if char.isupper() else string.ascii_lowercase
        return letters[random_byte % 26]
    return char
