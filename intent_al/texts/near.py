"""Which texts say nearly the same: those that a person would call one text, written twice.

Two texts are near when they are the same (``normal_form``), or when one word of them differs by one
typo. Strict on purpose: whoever is told that two texts are the same has to agree at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from intent_al.texts.normal_form import WITHOUT_SPACES, normal_form

LONG_WORD = 6
"""Letters from which a word is taken for a typo of another: shorter ones are too often words."""

_LONGEST_WORD, _MOST_WORDS = 40, 40
"""Typos are not looked for in longer ones, which would take memory by their square."""

_HOLE = "\0"


class Near(NamedTuple):
    """``number`` counts the pairs that the index was built from; ``is_typo`` tells how near."""

    number: int
    text: str
    intent: str
    is_typo: bool


class NearIndex:
    """Finds near texts among many without comparing each with each.

    Memory and time grow with the number of words; a question costs no more for a large index.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """``pairs`` of a text and its intent."""
        self._pairs = list(pairs)
        self.by_form: dict[str, list[int]] = {}
        """Normal form -> the numbers of its pairs."""
        for number, (text, _) in enumerate(self._pairs):
            self.by_form.setdefault(normal_form(text), []).append(number)
        self._groups: dict[str, _Group] = {}
        for form in self.by_form:
            for frame, word in _frames(form):
                self._groups.setdefault(frame, _Group()).add(word, form)

    def of(self, text: str, most: int | None = None) -> list[Near]:
        """What is near ``text``, the text itself included: typos last, else in the order of pairs.

        ``most`` of them, where no more are wanted: of order numbers alone there may be thousands.
        """
        form = normal_form(text)
        near = chain(
            (self._near(number, False) for number in self.by_form.get(form, ())),
            (self._near(n, True) for other in self.typos(form) for n in self.by_form[other]),
        )
        return list(islice(near, most))

    def typos(self, form: str) -> list[str]:
        """The normal forms that differ from ``form`` by one typo, each once."""
        found: dict[str, None] = {}
        for frame, word in _frames(form):
            group = self._groups.get(frame)
            if group is not None:
                found.update(dict.fromkeys(group.near(word)))
        return list(found)

    def _near(self, number: int, is_typo: bool) -> Near:
        return Near(number, *self._pairs[number], is_typo)


def _frames(form: str) -> Iterator[tuple[str, str]]:
    """Each long word of a normal form, with the rest of the text around a hole."""
    words = form.split(" ", _MOST_WORDS)
    if len(words) > _MOST_WORDS:
        return
    for place, word in enumerate(words):
        if _may_be_mistyped(word):
            yield " ".join((*words[:place], _HOLE, *words[place + 1 :])), word


def _may_be_mistyped(word: str) -> bool:
    """One letter less than a long word is enough: the longer of the two has to be one."""
    fits = LONG_WORD - 1 <= len(word) <= _LONGEST_WORD
    return fits and word.isalpha() and max(word) < WITHOUT_SPACES


class _Group:
    """The words that fill the same hole, looked up by what is left of them without a letter."""

    __slots__ = ("_forms", "_shorter")

    def __init__(self) -> None:
        self._forms: dict[str, str] = {}
        self._shorter: dict[str, list[str]] | None = None

    def add(self, word: str, form: str) -> None:
        self._forms[word] = form

    def near(self, word: str) -> Iterator[str]:
        if len(self._forms) == 1 and word in self._forms:
            return
        if self._shorter is None:
            self._shorter = {}
            for known in self._forms:
                for key in _shortened(known):
                    self._shorter.setdefault(key, []).append(known)
        candidates = {known for key in _shortened(word) for known in self._shorter.get(key, ())}
        for known in sorted(candidates):
            if is_one_typo(word, known):
                yield self._forms[known]


def _shortened(word: str) -> set[str]:
    """The word, and the word without each of its letters: near words have one of them in common."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(1, len(word)))}


def is_one_typo(one: str, other: str) -> bool:
    """Whether two words differ by one letter more, less or other, or by two that are swapped.

    Their first letters are the same: people rarely mistype those, and 'enable' is not 'unable'.
    """
    if one == other or one[:1] != other[:1] or max(len(one), len(other)) < LONG_WORD:
        return False
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    if one[at + 1 :] == other[at + 1 :]:
        return True
    swapped = one[at + 1 : at + 2] + one[at : at + 1] + one[at + 2 :]
    return other[at:] == swapped
