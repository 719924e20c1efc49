"""A batch holds what stands for many, what many say, and nothing twice."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from intent_al.encoders import ngrams
from intent_al.strategies import batches

TEXTS = [
    "where is my refund",
    "where is my refund?",
    "still no refund",
    "colourless green ideas",
    "does the teapot come in blue",
]


def pick(score: list[float], size: int, **changes: object) -> list[int]:
    arguments: dict[str, object] = {
        "allowed": np.ones(len(TEXTS), dtype=np.bool_),
        "senders": [f"sender {i}" for i in range(len(TEXTS))],
        "per_sender": 5,
        "near_copy": ngrams.NEAR_COPY,
    }
    scores = np.array(score, dtype=np.float32)
    return batches.pick(scores, ngrams.encode(TEXTS), size, **(arguments | changes))[0]  # type: ignore[arg-type]


def test_best_come_first_and_near_duplicates_once() -> None:
    assert pick([0.9, 0.8, 0.1, 0.2, 0.7], 5) == [0, 4, 3, 2]


def test_likeness_to_a_chosen_text_lets_another_go_first() -> None:
    assert pick([0.9, 0.0, 0.6, 0.0, 0.55], 2) == [0, 4]


def test_what_is_not_allowed_is_never_taken() -> None:
    allowed = np.array([False, True, True, True, True])
    assert 0 not in pick([1.0, 0.1, 0.1, 0.1, 0.1], 5, allowed=allowed)


def test_one_sender_cannot_flood_a_batch() -> None:
    taken = pick([0.9, 0.1, 0.8, 0.7, 0.6], 5, senders=["a", "b", "a", "a", "b"], per_sender=1)
    assert taken == [0, 4]


def test_density_is_highest_where_most_texts_are_alike() -> None:
    density = batches.density(ngrams.encode(TEXTS))
    assert density.max() == 1.0
    assert density.argmax() in (0, 1)
    assert density.argmin() in (3, 4)


def test_density_is_the_mean_of_all_cosines() -> None:
    vectors = ngrams.encode(TEXTS)
    mean = (vectors @ vectors.T).toarray().mean(axis=1)
    assert np.allclose(batches.density(vectors), mean / mean.max(), atol=1e-5)


def test_people_and_not_messages_make_a_text_frequent() -> None:
    weight = batches.frequency(np.array([1, 2, 8], dtype=np.int32))
    assert weight.tolist() == [0.25, 0.5, 1.0]


def test_nothing_gives_nothing() -> None:
    none = ngrams.encode([])
    assert batches.density(none).shape == (0,)
    assert batches.frequency(np.zeros(0, dtype=np.int32)).shape == (0,)


@given(
    score=st.lists(st.floats(0, 1, width=32), min_size=len(TEXTS), max_size=len(TEXTS)),
    size=st.integers(0, 7),
    per_sender=st.integers(1, 3),
)
def test_a_batch_is_never_too_large_never_repeats_and_keeps_the_cap(
    score: list[float], size: int, per_sender: int
) -> None:
    senders = ["a", "a", "a", "b", "b"]
    taken = pick(score, size, senders=senders, per_sender=per_sender)
    assert len(taken) <= size
    assert len(set(taken)) == len(taken)
    assert all(sum(senders[i] == name for i in taken) <= per_sender for name in "ab")
    assert not {0, 1} <= set(taken)
