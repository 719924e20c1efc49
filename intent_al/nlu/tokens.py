"""Texts to tokens with exact offsets, for the entity model.

A span can only be found if its borders are token borders. ``RegexTokenizer`` cuts wherever people
have been seen to begin or end an annotation: at spaces, at punctuation, and between letters and
digits ("50mg", "gate 7b"). ``SpacyTokenizer`` knows a language's own exceptions instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intent_al.errors import ConfigError

Token = tuple[int, int]
Tokenizer = Callable[[str], list[Token]]

# letters with their combining marks, or digits, or one other visible character; scripts that are
# written without spaces are cut at every character
_TOKEN = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|(?:[^\W\d_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff][\u0300-\u036f\u0900-\u0dff]*)+|\d+|\S"
)


class RegexTokenizer:
    """About ten times as fast as spaCy's blank tokenizer, and knows no language."""

    def __call__(self, text: str) -> list[Token]:
        return [match.span() for match in _TOKEN.finditer(text)]


class SpacyTokenizer:
    """The rules of one language, from ``spacy.blank``: no model needs to be installed."""

    def __init__(self, language: str) -> None:
        try:
            import spacy  # takes more than a second: only where it is asked for

            self._make_doc = spacy.blank(language).make_doc
        except ImportError as error:
            raise ConfigError(
                f"no spaCy tokenizer for the language {language!r}: "
                "use a language code that spaCy knows, such as 'en' or 'xx'"
            ) from error

    def __call__(self, text: str) -> list[Token]:
        doc = self._make_doc(text)
        return [(token.idx, token.idx + len(token)) for token in doc if not token.is_space]


def tokenizer(name: str) -> Tokenizer:
    """``regex``, or ``spacy:`` with a language code."""
    if name == "regex":
        return RegexTokenizer()
    kind, _, language = name.partition(":")
    if kind == "spacy" and language:
        return SpacyTokenizer(language)
    raise ConfigError(f"tokenizer {name!r} is unknown; valid are 'regex' and 'spacy:en'")


@dataclass(frozen=True, slots=True)
class Alignment:
    """First token and the one past the last of an annotation."""

    first: int
    last: int


def align(tokens: Sequence[Token], start: int, end: int) -> Alignment | None:
    """The tokens that make up ``text[start:end]``, or None if a border cuts a token.

    Spaces at the borders of an annotation belong to no token and do no harm.
    """
    touched = [at for at, token in enumerate(tokens) if token[0] < end and token[1] > start]
    if not touched or tokens[touched[0]][0] < start or tokens[touched[-1]][1] > end:
        return None
    return Alignment(touched[0], touched[-1] + 1)
