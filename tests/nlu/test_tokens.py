"""Tokens: exact offsets, and borders where people annotate."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intent_al.nlu.token_features import Flags, shape
from intent_al.nlu.tokens import Alignment, RegexTokenizer, align, tokenizer


def words(text: str, name: str = "regex") -> list[str]:
    return [text[start:end] for start, end in tokenizer(name)(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it's 50mg, gate B7!", ["it", "'", "s", "50", "mg", ",", "gate", "B", "7", "!"]),
        ("  naïve café ", ["naïve", "café"]),
        ("cafe\u0301 order_id", ["cafe\u0301", "order", "_", "id"]),
        ("東京へ", ["東", "京", "へ"]),
        ("नमस्ते 😀😀", ["नमस्ते", "😀", "😀"]),
        ("", []),
    ],
)
def test_regex_tokens(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_spacy_tokens_keep_what_the_language_keeps() -> None:
    assert words("don't e-mail a.m. ", "spacy:en") == ["do", "n't", "e", "-", "mail", "a.m."]


@given(st.text())
def test_tokens_are_ordered_and_hold_every_visible_character(text: str) -> None:
    tokens = RegexTokenizer()(text)
    assert "".join(text[start:end] for start, end in tokens) == "".join(text.split())
    assert all(one[1] <= two[0] for one, two in pairwise(tokens))


def test_align_wants_both_borders() -> None:
    tokens = RegexTokenizer()("red mug 50mg")
    assert align(tokens, 0, 7) == Alignment(0, 2)
    assert align(tokens, 8, 10) == Alignment(2, 3)
    assert align(tokens, 0, 6) is None
    assert align(tokens, 1, 7) is None


def test_shape_keeps_kinds_and_cuts_long_runs() -> None:
    assert [shape(token) for token in ("Paris", "XY-7", "1234567", "iPhone")] == [
        "Xxxxx",
        "XX-d",
        "dddd",
        "xXxxxx",
    ]


def test_flags_mark_whole_entries_and_every_token_of_a_match() -> None:
    flags = Flags({"city": ["New York"]}, {"code": r"\d+-\d+"}, RegexTokenizer())
    text = "to new york 12-34 york"
    assert flags.of(text, RegexTokenizer()(text)) == [
        [],
        ["first lookup=city", "lookup=city"],
        ["lookup=city"],
        ["first regex=code", "regex=code"],
        ["regex=code"],
        ["regex=code"],
        [],
    ]
