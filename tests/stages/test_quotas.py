"""A batch has quotas, and what they yield moves them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intent_al.stages.select.quotas import SHARES, sizes
from intent_al.store.queue import Yield

YIELDS = st.dictionaries(
    st.sampled_from(sorted(SHARES)),
    st.integers(0, 500).flatmap(lambda n: st.builds(Yield, st.just(n), st.integers(0, n))),
)


@given(size=st.integers(0, 300), yields=YIELDS)
def test_shares_add_up_and_every_quota_keeps_a_place(size: int, yields: dict[str, Yield]) -> None:
    counts = sizes(size, yields)
    assert sum(counts.values()) == size
    assert all(count >= 0 for count in counts.values())
    if size >= 200:
        assert min(counts.values()) >= 1


def test_before_any_answer_the_shares_are_those_of_the_table() -> None:
    assert sizes(50, {}) == {
        "labels": 2,
        "feedback": 5,
        "novelty": 5,
        "confusion": 33,
        "coverage": 5,
    }


@pytest.mark.parametrize("quota", sorted(SHARES))
def test_what_yields_more_gets_more(quota: str) -> None:
    poor = {name: Yield(100, 30) for name in SHARES}
    rich = poor | {quota: Yield(100, 90)}
    assert sizes(100, rich)[quota] > sizes(100, poor)[quota]


def test_a_few_lucky_answers_move_little() -> None:
    assert abs(sizes(100, {"novelty": Yield(2, 2)})["novelty"] - 10) <= 3
