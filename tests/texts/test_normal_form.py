"""What is one text and what is another, in every script."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intent_al.texts.normal_form import count_words, normal_form, words_of
from tests.support import odd_texts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Where is my order?", "where is my  order"),
        ("what's up", "whats up"),
        ("what\u2019s up", "what\u00b4s up!!"),
        ("order 12", "order 4567"),
        ("order 12", "order \u0661\u0662\u0663"),
        ("कमरा \u0967\u0968", "कमरा 5"),
        ("Straße", "STRASSE"),
        ("ΣΟΦΟΣ", "σοφος"),
        ("İstanbul", "istanbul"),
        ("ПРИВЕТ", "привет"),
        (unicodedata.normalize("NFC", "café ole"), unicodedata.normalize("NFD", "café ole")),
        (unicodedata.normalize("NFC", "한국어"), unicodedata.normalize("NFD", "한국어")),
        ("\u0625\u0644\u063a\u0627\u0621", "\u0625\u0644\u0640\u0640\u063a\u0627\u0621"),
        ("ｗｈｅｒｅ　ｉｓ　ｉｔ？", "where is it"),
        ("ｶﾞｽ", "ガス"),
        ("ﬁne", "fine"),
        ("ﷺ", unicodedata.normalize("NFKC", "ﷺ")),
        ("नमस्ते।", "नमस्ते"),
        ("\u202eabc", "abc"),
        ("می\u200cخواهم", "میخواهم"),
        ("un\u00addo \u200bit\ufeff", "undo it"),
        ("thanks \N{HEAVY BLACK HEART}\ufe0f", "thanks \N{HEAVY BLACK HEART}"),
        ("👍🏽", "👍"),
        ("👩🏽\u200d💻", "👩\u200d💻"),
        ("thanks👍👍👍!", "Thanks 👍"),
        ("no idea❓", "no idea?"),
        ("20€", "20 €"),
        ("−5", "-5"),
        ("¿dónde está?", "dónde está"),
        ("你好！", "你好"),
        ("???", "？"),
        ("...", "…"),
        ("\u2019", "'"),
        (" \u200b\t", "\x00"),
    ],
)
def test_spellings_of_one_text_have_one_form(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("thanks 👍", "thanks 👎"),
        ("thanks", "thanks 👍"),
        ("👩\u200d💻", "👨\u200d💻"),
        ("👩\u200d💻", "👩💻"),
        ("🏳\ufe0f\u200d🌈", "🏳\ufe0f"),
        ("🇩🇪", "🇩🇰"),
        ("🇧🇪🇪🇸", "🇧🇪🇸"),
        (
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        ),
        ("1\ufe0f\u20e3", "2\ufe0f\u20e3"),
        ("1\ufe0f\u20e3", "1"),
        ("1\ufe0f\u20e31\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("#\ufe0f\u20e3", "*\ufe0f\u20e3"),
        ("5 €", "5 $"),
        ("résumé", "resume"),
        ("ποτέ", "πότε"),
        ("s\u0131k", "sik"),
        ("कि", "की"),
        ("ที่", "ที"),
        ("שָׂם", "שָׁם"),
        ("ไป", "ไม่"),
        ("是", "不是"),
        ("❤", "💔"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👦"),
        ("send it", "send it back"),
        ("no", "not"),
        ("?", "!"),
        (":)", ":("),
        ("?", ""),
        ("a", "b"),
    ],
)
def test_other_texts_have_another_form(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


@given(odd_texts.texts)
@settings(max_examples=1_000)
def test_a_normal_form_is_its_own(text: str) -> None:
    form = normal_form(text)
    assert normal_form(form) == form


@given(odd_texts.texts)
@settings(max_examples=500)
def test_how_a_text_is_encoded_makes_no_other(text: str) -> None:
    for way in ("NFC", "NFD"):
        assert normal_form(unicodedata.normalize(way, text)) == normal_form(text)


@given(odd_texts.texts)
@settings(max_examples=500)
def test_only_what_nobody_sees_has_no_form(text: str) -> None:
    seen = [
        char for char in text if unicodedata.category(char)[0] in "LNPS" and char not in "\u0640"
    ]
    ignorable = "\u115f\u1160\u3164\uffa0\u07fa"
    assert normal_form(text) or not [char for char in seen if char not in ignorable]


@given(st.text(st.characters(max_codepoint=127), max_size=20))
@settings(max_examples=500)
def test_beside_another_script_ascii_is_read_as_alone(text: str) -> None:
    alone = normal_form(text)
    spoken = any(char.isalnum() or char == "$" for char in alone)
    assert normal_form(f"{text} é") == (f"{alone} é" if spoken else "é")


def test_pictures_are_no_words() -> None:
    assert words_of(normal_form("thanks a lot 👍 🇩🇪!")) == ["thanks", "a", "lot"]
    assert count_words(normal_form("我要取消 👍👎")) == 4
    assert count_words(normal_form("???")) == 0
