"""A name for a group of utterances, from their own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from math import log

_WORD = re.compile(r"[^\W\d_]{3,}")
WORDS = 2
COMMON = 0.03
"""Share of the other texts from which a word is one of grammar, in whatever language."""


def words_of(text: str) -> list[str]:
    """The words of three letters and more, in lower case, in their order."""
    return _WORD.findall(text.casefold())


def count_words(texts: Sequence[str]) -> Counter[str]:
    """In how many of the texts each word stands."""
    return Counter(word for text in texts for word in set(words_of(text)))


def suggest(
    texts: Sequence[str], everywhere: Mapping[str, int], total: int, taken: Container[str]
) -> str:
    """``refund_card``: the words that stand in most of ``texts`` and in few of all ``total`` texts
    (``everywhere``: in how many), in the order in which they are mostly said. Never one that is
    ``taken``.
    """
    inside = count_words(texts)
    worth = {
        word: count * log((total + 1) / max(everywhere.get(word, 0), 1))
        for word, count in inside.items()
        if everywhere.get(word, 0) - count <= COMMON * total
    }
    best = sorted(worth, key=lambda word: (-worth[word], word))[:WORDS]
    place = {word: _mean_place(word, texts) for word in best}
    name = "_".join(sorted(best, key=lambda word: (place[word], word))) or "new_intent"
    if name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _mean_place(word: str, texts: Sequence[str]) -> float:
    places = [said.index(word) for said in map(words_of, texts) if word in said]
    return sum(places) / len(places)
