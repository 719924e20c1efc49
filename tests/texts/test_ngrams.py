"""Near copies are found whatever their case, digits and typos; other questions are not copies."""

from __future__ import annotations

import numpy as np
import pytest

from intent_al.texts import ngrams


def cosine(one: str, other: str) -> float:
    return float(ngrams.nearest(ngrams.encode([one]), ngrams.encode([other]))[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("where is my order CK-48213", "Where is my order ck-10007?"),
        ("I want to send the teapot back please", "i want to send the teapott back please"),
        ("ｗｈｅｒｅ is it", "where is it"),
        ("naïve café", "NAI\u0308VE CAFE\u0301"),
    ],
)
def test_case_digits_width_and_one_typo_make_no_other_text(one: str, other: str) -> None:
    assert cosine(one, other) >= ngrams.NEAR_COPY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("where is my refund", "where is my order"),
        ("I want to cancel my order", "I want to change my order"),
        ("hi", "hello"),
        ("👍", "👎"),
        ("thanks 👍", "thanks 👎"),
        ("👩\u200d💻", "👨\u200d💻"),
        ("🇩🇪", "🇩🇰"),
        ("1\ufe0f\u20e3", "2\ufe0f\u20e3"),
        ("是", "不是"),
        ("कि", "की"),
        ("a", "b"),
        ("???", "!"),
        (":-)", ":-("),
        ("", "?"),
    ],
)
def test_another_question_is_no_copy(one: str, other: str) -> None:
    assert cosine(one, other) < ngrams.NEAR_COPY


@pytest.mark.parametrize(
    "text", ["where is it", "???", "!", "a", "7", "👍", "是", "\ud800", " ", ""]
)
def test_every_text_is_a_copy_of_itself(text: str) -> None:
    assert cosine(text, text) == pytest.approx(1.0)


def test_a_picture_makes_no_other_question() -> None:
    assert cosine("where is my order", "where is my order 🙏") >= ngrams.NEAR_COPY


def test_nothing_to_compare_with_gives_zero_for_every_query() -> None:
    assert ngrams.nearest(ngrams.encode(["a", "b"]), ngrams.encode([])).tolist() == [0.0, 0.0]


def test_chunks_do_not_change_the_result() -> None:
    queries = ngrams.encode([f"message number {word}" for word in ("one", "two", "three", "four")])
    references = ngrams.encode(["message number two", "something else"])
    whole = ngrams.nearest(queries, references)
    assert np.array_equal(whole, ngrams.nearest(queries, references, chunk=1))
