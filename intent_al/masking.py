"""Personal data is replaced before anything is stored, by surrogates of the same shape.

Digits become digits and letters letters, so that lengths, offsets and what a model sees of a text
stay the same; the surrogate follows from the text and a key, so that the same address is the same
surrogate everywhere and duplicates remain duplicates. Order numbers and the like are entities to
learn from: only what a rule of the policy matches is replaced.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

_EMAIL = r"[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}"
_IBAN = r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b"
_CARD = r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])"
_PHONE = r"(?<![\w-])(?:\+|00)?\(?\d{1,5}\)?(?:[ ./-]?\(?\d{2,5}\)?){1,5}(?![\w-])"
_SECRETS = ("token", "key", "sig", "signature", "auth", "code", "session")
_URL_SECRET = "(?:" + "|".join(rf"(?<=[?&]{name}=)" for name in _SECRETS) + r")[^\s&#]{6,}"
_LONG_NUMBER = r"(?<![\w-])\d{9,}(?![\w-])"


def _luhn(text: str) -> bool:
    digits = [int(c) for c in text if c.isdigit()]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _iban_checksum(text: str) -> bool:
    compact = re.sub(r"[ -]", "", text).upper()
    moved = compact[4:] + compact[:4]
    return 15 <= len(compact) <= 34 and int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def _dialled(text: str) -> bool:
    """A phone number has 9 to 15 digits and starts as one does, which a date or a price does not."""
    digits = sum(c.isdigit() for c in text)
    return 9 <= digits <= 15 and text.lstrip("(")[0] in "+0"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of personal data: ``pattern`` finds it, ``check`` rejects what only looks like it."""

    name: str
    pattern: re.Pattern[str]
    check: Callable[[str], bool] | None = None


RULES: tuple[Rule, ...] = (
    Rule("email", re.compile(_EMAIL)),
    Rule("iban", re.compile(_IBAN, re.IGNORECASE), _iban_checksum),
    Rule("card", re.compile(_CARD), _luhn),
    Rule("phone", re.compile(_PHONE), _dialled),
    Rule("url_secret", re.compile(_URL_SECRET, re.IGNORECASE)),
    Rule("long_number", re.compile(_LONG_NUMBER)),
)
RULE_NAMES = tuple(rule.name for rule in RULES)

# One look that is cheaper than six: personal data of these kinds holds an @, a run of digits or a
# query string, and nine texts of ten hold none of them.
_WORTH_A_LOOK = re.compile(r"@|\d[\d ()./-]{6,}\d|=|[A-Za-z]{2}\d{2}")


@dataclass(slots=True)
class Masker:
    """Masks texts under a key; ``extra`` names further patterns of the project's own policy."""

    key: bytes
    enabled: tuple[str, ...] = RULE_NAMES
    extra: Mapping[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    _rules: tuple[Rule, ...] = ()
    _cached: Callable[[str], tuple[str, tuple[str, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        own = tuple(Rule(name, re.compile(pattern)) for name, pattern in self.extra.items())
        self._rules = own + tuple(rule for rule in RULES if rule.name in self.enabled)
        self._cached = lru_cache(maxsize=65_536)(self._mask)

    def mask(self, text: str) -> str:
        """``text`` with personal data replaced; same length in code points. Counts what it did."""
        if not self.extra and not _WORTH_A_LOOK.search(text):
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
            return int(masked) if masked.lstrip("-").isdigit() else masked
        return value

    def pseudonym(self, sender: str) -> str:
        """A keyed hash of a sender: the same person stays one person, and stays unknown."""
        return hmac.new(self.key, b"sender:" + sender.encode("utf-8", "surrogatepass"),
                        hashlib.blake2s).hexdigest()[:16]

    def _mask(self, text: str) -> tuple[str, tuple[str, ...]]:
        hits: list[str] = []
        for rule in self._rules:

            def replace(found: re.Match[str], rule: Rule = rule) -> str:
                if rule.check is not None and not rule.check(found.group()):
                    return found.group()
                hits.append(rule.name)
                return self._surrogate(rule.name, found.group())

            text = rule.pattern.sub(replace, text)
        return text, tuple(hits)

    def _surrogate(self, rule: str, secret: str) -> str:
        """Digits for digits, letters for letters, drawn from a keyed stream; the rest stays."""
        stream = _stream(self.key, f"{rule}:{secret}")
        return "".join(_same_shape(char, next(stream)) for char in secret)


def _stream(key: bytes, text: str) -> Iterator[int]:
    block, counter = b"", 0
    while True:
        message = text.encode("utf-8", "surrogatepass") + counter.to_bytes(4, "big")
        block = hmac.new(key, message, hashlib.blake2b).digest()
        yield from block
        counter += 1


def _same_shape(char: str, random_byte: int) -> str:
    if char.isascii() and char.isdigit():
        return string.digits[random_byte % 10]
    if char.isascii() and char.islower():
        return string.ascii_lowercase[random_byte % 26]
    if char.isascii() and char.isupper():
        return string.ascii_uppercase[random_byte % 26]
    return char
