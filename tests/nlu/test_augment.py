"""Copies with other values: offsets follow, roles stay, values come from where they may."""

from __future__ import annotations

import numpy as np

from intent_al.nlu.augment import with_other_values
from intent_al.records import Entity, Example

TRIP = Example(
    "from Rome to New York!",
    "book",
    (Entity("city", 13, 21, value="NYC", role="to"), Entity("city", 5, 9, role="from")),
)


def test_spans_cover_the_new_values_and_keep_their_roles() -> None:
    plain = Example("hello", "greet")
    for seed in range(5):
        (copy,) = with_other_values(
            [TRIP, plain], {"city": ["Oslo"], "colour": ["red"]}, np.random.default_rng(seed)
        )
        covered = [copy.text[entity.start : entity.end] for entity in copy.entities]
        assert set(covered) <= {"Rome", "New York", "Oslo"}
        assert copy.text == f"from {covered[0]} to {covered[1]}!"
        assert [entity.role for entity in copy.entities] == ["from", "to"]
        assert [entity.value for entity in copy.entities] == [None, None]


def test_an_annotation_on_top_of_another_is_dropped() -> None:
    nested = Example("New York", "ask", (Entity("city", 0, 8), Entity("state", 4, 8)))
    (copy,) = with_other_values([nested], {}, np.random.default_rng(0))
    assert copy == Example("New York", "ask", (Entity("city", 0, 8),))
