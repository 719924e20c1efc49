"""Near is what a person would call one text written twice, and nothing else."""

from __future__ import annotations

import time

import pytest

from intent_al.texts.near import NearIndex, is_one_typo


@pytest.mark.parametrize("text", ["", "?!", ":)", "👍", "a"])
def test_every_text_is_near_itself_and_no_other_sign(text: str) -> None:
    index = NearIndex([("?", "a"), ("!", "b"), ("👎", "c"), (text, "d")])
    assert [near.intent for near in index.of(text)] == ["d"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("refund", "refnd"),
        ("refund", "refunds"),
        ("refund", "refumd"),
        ("password", "passwrod"),
        ("password", "passwordd"),
    ],
)
def test_one_typo(one: str, other: str) -> None:
    assert is_one_typo(one, other)
    assert is_one_typo(other, one)
    assert [near.is_typo for near in NearIndex([(f"my {one} now", "a")]).of(f"My {other} now")] == [
        True
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("refund", "refund"),
        ("order", "older"),
        ("enable", "unable"),
        ("typical", "atypical"),
        ("increase", "decrease"),
        ("refund", "rfnud"),
        ("password", "drowssap"),
        ("customers", "customer's house"),
        ("locked", "unlocked"),
    ],
)
def test_two_words_are_no_typo(one: str, other: str) -> None:
    assert not is_one_typo(one, other)
    assert not any(near.is_typo for near in NearIndex([(one, "a")]).of(other))


def test_typos_in_two_words_are_not_near() -> None:
    assert NearIndex([("refund the teapot", "a")]).of("refnd the teaopt") == []


def test_a_letter_of_a_script_without_spaces_is_no_typo() -> None:
    assert NearIndex([("我要取消我的订单", "a")]).of("我要查询我的订单") == []


def test_everything_near_is_found_with_its_number() -> None:
    pairs = [("Cancel my order", "a"), ("hello", "b"), ("cancle my order", "c"), ("HELLO", "d")]
    index = NearIndex(pairs)
    assert [(near.number, near.intent) for near in index.of("cancel my order!")] == [
        (0, "a"),
        (2, "c"),
    ]
    assert [near.text for near in index.of("Hello")] == ["hello", "HELLO"]
    assert [near.text for near in index.of("Hello", most=1)] == ["hello"]


def test_a_pasted_book_costs_no_memory_and_no_time() -> None:
    started = time.perf_counter()
    book = " ".join(["something"] * 20_000)
    word = "a" * 200_000
    index = NearIndex([(book, "a"), (word, "b"), (f"please {word}", "c")])
    assert len(index.of(book)) == 1
    assert len(index.of(word)) == 1
    assert time.perf_counter() - started < 5


def test_many_words_in_one_place_are_compared_once() -> None:
    """Quadratic would be minutes."""
    names = [f"{a}{b}{c}{d}lonely" for a in "bcdfgh" for b in "aeiou" for c in "klmnpr" for d in
             "aeiou"]  # fmt: skip
    started = time.perf_counter()
    index = NearIndex([(f"call {name}", name) for name in names * 10])
    for name in names:
        index.of(f"call {name}")
    assert time.perf_counter() - started < 5
