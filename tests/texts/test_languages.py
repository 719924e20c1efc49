"""One language has one tag, however a log writes it; what is no tag is no error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intent_al.texts.languages import language_tag


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ("de", "de"),
        ("DE", "de"),
        (" de ", "de"),
        ("de-DE", "de"),
        ("de_DE", "de"),
        ("de_DE.UTF-8", "de"),
        ("de@euro", "de"),
        ("de-AT,de;q=0.9", "de"),
        ("de-1996", "de"),
        ("es-419", "es"),
        ("yue", "yue"),
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh-Hans-SG", "zh"),
        ("zh_TW", "zh-Hant"),
        ("zh-hant", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-Hans-HK", "zh"),
        ("sr_latn_RS", "sr-Latn"),
        ("hi-Latn", "hi-Latn"),
        ("en-x-abcd", "en"),
        ("iw", "he"),
    ],
)
def test_one_language_has_one_tag(said: str, tag: str) -> None:
    assert language_tag(said) == tag


@pytest.mark.parametrize(
    "said",
    ["???", "", " ", "7", 7, 0.5, None, True, ["de"], {}, "German", "und", "UND", "mul", "nan",
     "x-ours", "C.UTF-8", "ｄｅ", "дe", "\ud800", "-de"],
)  # fmt: skip
def test_what_names_no_language_is_none(said: object) -> None:
    assert language_tag(said) is None


@given(st.text(st.characters() | st.sampled_from("deznhHant-_.@,; ")))
def test_a_tag_is_its_own_tag(said: str) -> None:
    tag = language_tag(said)
    assert tag is None or language_tag(tag) == tag
