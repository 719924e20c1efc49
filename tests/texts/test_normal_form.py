"""One meaning of the same text, in every script, and everywhere the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intent_al.records import Example
from intent_al.texts import ngrams
from intent_al.texts.near import NearIndex
from intent_al.texts.normal_form import normal_form
from intent_al.web.training_index import Facts

ANY = st.text(st.characters(), max_size=12)
"""All of Unicode, halves of characters included."""

LETTERS = st.text(st.characters(categories=("L", "M", "N", "S", "P", "Zs")), min_size=1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Where is my order?", "where is my  order"),
        ("what's up", "whats up"),
        ("what\u2019s up", "what's up!!"),
        ("order 12", "order 4567?"),
        ("Straße", "STRASSE"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("İstanbul", "istanbul"),
        ("café ole", unicodedata.normalize("NFD", "café ole")),
        ("ｏｒｄｅｒ", "order"),
        ("ﷺ", unicodedata.normalize("NFKC", "ﷺ")),
        ("thanks \N{HEAVY BLACK HEART}\ufe0f", "thanks \N{HEAVY BLACK HEART}"),
        ("ok 👍🏽", "ok 👍"),
        ("¿dónde está?", "dónde está"),
        ("你好！", "你好"),
        ("ＡＢＣ公司", "abc公司"),
        ("كتـــاب", "كتاب"),
        ("أرسل ١٢٣", "أرسل 7"),
        ("नमस्ते।", "नमस्ते"),
        ("zero\u200bwidth", "zerowidth"),
        ("\u202eabc", "abc"),
        ("???", "?"),
        ("...", "\u2026"),
    ],
)
def test_spellings_of_one_text_have_one_form(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("👍", "👎"),
        ("thanks 👍", "thanks 👎"),
        ("🇩🇪", "🇫🇷"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👦"),
        ("❤", "💔"),
        ("résumé", "resume"),
        ("send it", "send it back"),
        ("no", "not"),
        ("是", "不是"),
        ("की", "के"),
        ("ไป", "ไม่"),
        ("שָׁם", "שֵׁם"),
        ("sık", "sik"),
        ("?", "!"),
        (":)", ":("),
        ("5 €", "5 $"),
    ],
)
def test_other_texts_have_another_form(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u3000"])
def test_blank_texts_have_none(text: str) -> None:
    assert normal_form(text) == ""


@given(ANY)
def test_the_form_of_a_form_is_itself(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


@given(ANY)
def test_only_blanks_have_no_form(text: str) -> None:
    assert (normal_form(text) == "") == (not text.split())


@given(LETTERS)
def test_case_and_composition_make_no_other_text(text: str) -> None:
    assert normal_form(unicodedata.normalize("NFD", text)) == normal_form(text)
    assert normal_form(unicodedata.normalize("NFC", text)) == normal_form(text)
    assert normal_form(text.casefold()) == normal_form(text)


@given(ANY, st.sampled_from(["{}", "{}!", " {} ", "{}\ufe0f", "{}\u200b"]))
def test_whoever_compares_texts_agrees(text: str, spelt: str) -> None:
    """Select's and apply's vectors, lint's index, and what the page says stands there."""
    other = spelt.format(text)
    assume(text.split() and normal_form(text) == normal_form(other))
    similarity = ngrams.nearest(ngrams.encode([text]), ngrams.encode([other]))
    assert similarity[0] == pytest.approx(1.0)
    assert [near.is_typo for near in NearIndex([(text, "a")]).of(other)] == [False]
    assert Facts([Example(text, "a")]).standing_as(other) == ["a"]
