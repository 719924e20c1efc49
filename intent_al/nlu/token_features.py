"""What the entity model sees of a token: its own form, its neighbours, lists and patterns.

Forms depend on the token's text alone, so they are looked up once per distinct token; that makes
prediction a few matrix products. Lists (lookup tables) and patterns (regexes) depend on where the
token stands and come as flags beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from intent_al.errors import TrainingDataError
from intent_al.nlu.tokens import Token, Tokenizer

OFFSETS = (-2, -1, 0, 1, 2)


def forms(token: str) -> list[str]:
    """Attributes of a token's text, the ones that neighbours are described by first."""
    low = token.lower()
    return [f"low={low}", f"shape={shape(token)}", *affixes(low), f"word={token}"]


def near_forms(token: str) -> list[str]:
    """Attributes of a direct neighbour."""
    low = token.lower()
    return [f"low={low}", f"shape={shape(token)}", f"end={low[-3:]}"]


def far_forms(token: str) -> list[str]:
    """Attributes of a neighbour two tokens away."""
    return [f"low={token.lower()}"]


def affixes(low: str) -> list[str]:
    return [f"begin{size}={low[:size]}" for size in (2, 3)] + [
        f"end{size}={low[-size:]}" for size in (2, 3)
    ]


def shape(token: str) -> str:
    """``Xxxx`` for ``Paris``, ``dd`` for ``42``; runs are cut at 4, so that lengths generalise."""
    kinds = "".join(
        "d" if char.isdigit() else "X" if char.isupper() else "x" if char.isalpha() else char
        for char in token
    )
    return re.sub(r"(.)\1{3,}", r"\1\1\1\1", kinds)


class Flags:
    """What covers a token: the lookup tables that list it, the regexes that match there."""

    def __init__(
        self,
        lookups: Mapping[str, Sequence[str]],
        regexes: Mapping[str, str],
        tokenize: Tokenizer,
    ) -> None:
        self._tokenize = tokenize
        self._entries: dict[tuple[str, ...], set[str]] = {}
        for name, entries in sorted(lookups.items()):
            for entry in entries:
                words = tuple(entry[start:end].lower() for start, end in tokenize(entry))
                if words:
                    self._entries.setdefault(words, set()).add(f"lookup={name}")
        self._longest = max(map(len, self._entries), default=0)
        self._patterns = [
            (f"regex={name}", _compiled(name, regexes[name])) for name in sorted(regexes)
        ]

    def __bool__(self) -> bool:
        return bool(self._entries or self._patterns)

    def of(self, text: str, tokens: Sequence[Token]) -> list[list[str]]:
        """For each token the names of what covers it; the first token of a match is marked."""
        found: list[set[str]] = [set() for _ in tokens]
        words = [text[start:end].lower() for start, end in tokens]
        for first in range(len(words) if self._entries else 0):
            for last in range(first + 1, min(len(words), first + self._longest) + 1):
                for name in self._entries.get(tuple(words[first:last]), ()):
                    found[first].add(f"first {name}")
                    for names in found[first:last]:
                        names.add(name)
        for name, pattern in self._patterns:
            for match in pattern.finditer(text):
                start, end = match.span()
                covered = [
                    at for at, token in enumerate(tokens) if token[0] < end and token[1] > start
                ]
                for at in covered:
                    found[at].add(name)
                if covered:
                    found[covered[0]].add(f"first {name}")
        return [sorted(names) for names in found]


def _compiled(name: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise TrainingDataError(
            f"the regex {name!r} is not valid: {error} in {pattern!r}; correct it in the NLU data"
        ) from error
