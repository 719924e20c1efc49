"""The bot's own small formulas say what ours say."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intent_al.inside_rasa.uncertainty import uncertainty
from intent_al.strategies import scores
from intent_al.strategies.reasons import margin_reason

WEIGHTS = st.lists(st.floats(0.001, 1.0), min_size=2, max_size=12)


@given(WEIGHTS)
def test_the_figures_are_those_of_the_strategies(weights: list[float]) -> None:
    shares = np.sort(np.array(weights) / sum(weights))[::-1]
    names = [f"intent_{number}" for number in range(len(shares))]
    found = uncertainty(list(zip(names, shares.tolist(), strict=True)))
    assert found is not None
    row = shares[None].astype(np.float32)
    for name in ("margin", "least_confidence", "entropy"):
        wanted = getattr(scores, name)(row)[0]
        assert found[name] == pytest.approx(wanted, abs=1e-4), name
    assert found["reason"] == margin_reason(names, shares)
    assert json.loads(json.dumps(found)) == found


def test_the_fallback_entry_is_no_intent() -> None:
    ranking = [("nlu_fallback", 0.4), ("a", 0.35), ("b", 0.33), ("c", 0.32)]
    found = uncertainty(ranking)
    assert found == uncertainty(ranking[1:])
    assert found is not None
    assert found["reason"] == "0.02 between a and b"


def test_a_cut_ranking_leaves_margin_and_confidence_as_they_are() -> None:
    whole = [("a", 0.5), ("b", 0.2), ("c", 0.1), ("d", 0.1), ("e", 0.1)]
    cut, known = uncertainty(whole[:3], 5), uncertainty(whole, 5)
    assert cut == known


@pytest.mark.parametrize(
    "ranking",
    [[], [("a", 1.0)], [("nlu_fallback", 0.3), ("a", 0.9)], [("a", 3.2), ("b", 1.1)]],
    ids=["none", "one", "one behind the fallback", "no probabilities"],
)
def test_what_cannot_be_told_is_not_said(ranking: list[tuple[str, float]]) -> None:
    assert uncertainty(ranking) is None
