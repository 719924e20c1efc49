"""Personal data is replaced before anything is stored, by surrogates of the same shape.

Digits become digits and letters letters, so that lengths, offsets and what a model sees of a text
stay the same; the surrogate follows from the text and a key, so that the same address is the same
surrogate everywhere and duplicates remain duplicates. Order numbers and the like are entities to
learn from: only what a rule of the policy matches is replaced.
"""

from __future__ import annotations

import hmac
import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from intent_al.texts.personal_data import RULE_NAMES, Policy, fold, replaced

_REMEMBERED = 8_192


@dataclass(slots=True)
class Masker:
    """Masks texts under a key; ``extra`` names further patterns of the project's own policy.

    A pattern of ``extra`` replaces what its group ``data`` matches, or all that it matches.
    """

    key: bytes
    enabled: tuple[str, ...] = RULE_NAMES
    extra: Mapping[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    _policy: Policy = field(init=False)
    _cached: Callable[[str], tuple[str, tuple[str, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        self._policy = Policy(self.enabled, self.extra)
        self._cached = lru_cache(maxsize=_REMEMBERED)(self._mask)

    def mask(self, text: str) -> str:
        """``text`` with personal data replaced; same length in code points. Counts what it did."""
        if not self._policy.may_find(text):
            return text
        masked, hits = self._cached(text)
        self.counts.update(hits)
        return masked

    def kinds(self, text: str) -> list[str]:
        """Rules that match ``text``; in one that was masked, the surrogates, which keep shapes."""
        if not self._policy.may_find(text):
            return []
        return sorted({name for _, _, name in self._policy.find(text)})

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
        found = self._policy.find(text)
        surrogates = (
            (start, end, self._surrogate(name, text[start:end])) for start, end, name in found
        )
        return replaced(text, surrogates), tuple(name for _, _, name in found)

    def _surrogate(self, rule: str, secret: str) -> str:
        """Digits for digits, letters for letters, drawn from a keyed stream; the rest stays."""
        kept = len(secret) - len(fold(secret).lstrip("+(0")) if rule == "phone" else 0
        stream = _stream(self.key, f"{rule}:{secret.casefold()}")
        drawn = "".join(_same_shape(char, next(stream)) for char in secret[kept:])
        return secret[:kept] + drawn


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
