"""Agreement of two, by cases that a person can check."""

from __future__ import annotations

import pytest

from intent_al.evaluation.agreement import kappa


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("ab", "ab", 1.0),
        ("ab", "ba", -1.0),
        ("aabb", "abab", 0.0),
        # 3 of 4 agree; by chance 1/2 * 3/4 + 1/2 * 1/4 would
        ("aabb", "aaab", (0.75 - 0.5) / 0.5),
        ("aa", "aa", None),
        ("a", "a", None),
        ("a", "b", 0.0),
    ],
)
def test_kappa_is_agreement_beyond_chance(first: str, second: str, expected: float | None) -> None:
    assert kappa(list(first), list(second)) == pytest.approx(expected)
