"""What each strategy is for, on pools small enough to see it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from intent_al.errors import ConfigError, UsageError
from intent_al.records import FloatArray, PredictionBatch
from intent_al.strategies import registry
from intent_al.strategies.badge import Badge
from intent_al.strategies.base import NO_INTENT, UNKNOWN, Pool, best
from intent_al.strategies.cluster_margin import in_turn
from intent_al.strategies.committee import align, kl_to_consensus, vote_entropy
from intent_al.strategies.density import density, frequency
from intent_al.strategies.doubt_coverage import DoubtCoverage, cover, in_scope
from intent_al.strategies.model_change import expected_gradient_length
from intent_al.strategies.registry import choose, open_strategy
from tests.support.plugins import install

DIVERSE = ("doubt_coverage", "margin_kmeans", "cluster_margin", "badge", "k_center", "typiclust")


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def directions(*counts: int, width: int = 16, noise: float = 0.01, seed: int = 0) -> FloatArray:
    """Unit rows in tight groups of these sizes, one axis a group."""
    drawn = np.random.default_rng(seed)
    rows = np.repeat(np.eye(width)[: len(counts)], counts, axis=0)
    rows = rows + noise * drawn.normal(size=rows.shape)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def torn(n: int) -> FloatArray:
    """Every row between two intents, as much as the next."""
    return np.tile(np.array([0.45, 0.45, 0.1], dtype=np.float32), (n, 1))


@pytest.mark.parametrize("name", DIVERSE)
def test_five_tight_groups_give_one_pick_each(name: str) -> None:
    sizes = (8, 7, 6, 5, 4)
    pool = Pool(sum(sizes), probabilities=torn(sum(sizes)), vectors=directions(*sizes))
    rows = choose(open_strategy(name), pool, 5, rng()).rows
    assert sorted(np.repeat(np.arange(5), sizes)[rows]) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("name", ["doubt_coverage", "k_center", "typiclust"])
def test_what_is_labelled_is_not_asked_again(name: str) -> None:
    vectors = directions(20, 20)
    pool = Pool(40, probabilities=torn(40), vectors=vectors, known=vectors[:3])
    (row,) = choose(open_strategy(name), pool, 1, rng()).rows
    assert row >= 20


@pytest.mark.parametrize("name", ["doubt_coverage", "margin_kmeans", "cluster_margin"])
def test_what_the_model_is_sure_of_is_not_asked(name: str) -> None:
    probabilities = torn(80)
    probabilities[:20] = [0.998, 0.001, 0.001]
    pool = Pool(80, probabilities=probabilities, vectors=directions(20, 15, 15, 15, 15))
    rows = choose(open_strategy(name), pool, 4, rng()).rows
    assert (rows >= 20).all()


@pytest.mark.parametrize("name", ["doubt_coverage", "uncertainty", "margin_kmeans", "badge"])
def test_what_more_people_say_comes_first(name: str) -> None:
    weight = np.array([0.1] * 19 + [1.0], dtype=np.float32)
    pool = Pool(
        20,
        probabilities=torn(20),
        vectors=directions(*[1] * 16, 1, 1, 1, 1, width=20),
        weight=weight,
    )
    assert 19 in choose(open_strategy(name), pool, 2, rng()).rows


def test_doubt_coverage_asks_louder_for_intents_with_few_examples() -> None:
    probabilities = np.zeros((20, 4), dtype=np.float32)
    probabilities[:10, :2] = probabilities[10:, 2:] = 0.5
    known = directions(0, 0, 1, 1, width=16).repeat(8, axis=0)
    pool = Pool(
        20,
        probabilities=probabilities,
        vectors=directions(10, 10),
        known=known[:10],
        known_intents=np.array([0] * 4 + [1] * 4 + [2, 3], dtype=np.int32),
    )
    (row,) = choose(open_strategy("doubt_coverage"), pool, 1, rng()).rows
    assert row >= 10


def test_doubt_coverage_learns_what_the_bot_is_not_for() -> None:
    """Half of the answers were out of scope, and half of the pool is like them."""
    vectors = directions(30, 30, seed=1)
    known = directions(12, 12, seed=2)
    intents = np.array([0, 1] * 6 + [NO_INTENT] * 12, dtype=np.int32)
    pool = Pool(60, probabilities=torn(60), vectors=vectors, known=known, known_intents=intents)
    chance = in_scope(pool)
    assert chance[:30].min() > chance[30:].max()
    unanswered = replace(pool, known_intents=np.where(intents == NO_INTENT, UNKNOWN, intents))
    assert (in_scope(unanswered) == 1).all()


def test_doubt_coverage_hears_intents_with_little_traffic() -> None:
    probabilities = np.zeros((44, 4), dtype=np.float32)
    probabilities[:40, :2] = probabilities[40:, 2:] = 0.5
    pool = Pool(44, probabilities=probabilities, vectors=directions(*[1] * 44, width=44))
    (row,) = choose(DoubtCoverage(width=0.1), pool, 1, rng()).rows
    assert row >= 40
    (row,) = choose(DoubtCoverage(width=0.1, balance=0.0), pool, 1, rng()).rows
    assert row < 40


def test_coverage_is_greedy_and_exact() -> None:
    reach = np.random.default_rng(1).random((12, 30), dtype=np.float32)
    demand = np.random.default_rng(2).random(30, dtype=np.float32)
    met = np.full(30, 0.2, dtype=np.float32)
    picks, gains = cover(reach, demand, met, 6)
    left = met.copy()
    for pick in picks:
        all_gains = np.maximum(reach - left, 0) @ demand
        assert all_gains[pick] == pytest.approx(all_gains.max(), rel=1e-5)
        left = np.maximum(left, reach[pick])
    assert gains[0] == 1.0
    assert (np.diff(gains) <= 1e-6).all()


def test_badge_measures_distances_of_gradients_it_never_writes_down() -> None:
    """Against the plain form: the same seeds draw the same rows."""
    drawn = np.random.default_rng(3)
    probabilities = drawn.dirichlet(np.ones(4), size=30).astype(np.float32)
    vectors = directions(*[2] * 15, width=15)
    pull = probabilities.copy()
    pull[np.arange(30), pull.argmax(axis=1)] -= 1
    gradients = (pull[:, :, None] * vectors[:, None, :]).reshape(30, -1)
    first = int((gradients**2).sum(axis=1).argmax())
    chance = ((gradients - gradients[first]) ** 2).sum(axis=1).astype(np.float64)
    chance[first] = 0
    total = chance.cumsum()
    second = int(np.searchsorted(total, rng().random() * total[-1], side="right"))
    pool = Pool(30, probabilities=probabilities, vectors=vectors)
    assert Badge().choose(pool, 2, rng()).rows.tolist() == [first, second]


def test_clusters_take_turns_and_the_smallest_goes_first() -> None:
    clusters = np.array([7, 7, 7, 1, 1, 4], dtype=np.int32)
    assert in_turn(clusters, 5).tolist() == [5, 3, 0, 4, 1]


def test_a_committee_that_agrees_is_certain_and_one_that_does_not_is_not() -> None:
    agreed, split = [0.9, 0.1, 0.0], [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]]
    committee = np.array([[agreed, member] for member in split], dtype=np.float32)
    assert vote_entropy(committee) == pytest.approx([0.0, 1.0], abs=1e-6)
    assert kl_to_consensus(committee) == pytest.approx([0.0, 1.0], abs=1e-6)


def test_divergence_sees_what_votes_hide() -> None:
    committee = np.array([[[0.95, 0.05]], [[0.55, 0.45]]], dtype=np.float32)
    assert vote_entropy(committee)[0] == 0.0
    assert kl_to_consensus(committee)[0] > 0.1


def test_a_committee_of_one_disagrees_about_nothing() -> None:
    alone = np.array([[[0.5, 0.5]]], dtype=np.float32)
    assert vote_entropy(alone).tolist() == kl_to_consensus(alone).tolist() == [0.0]


def test_members_that_know_different_intents_are_compared_over_all_of_them() -> None:
    one = PredictionBatch(("a", "b"), np.array([[0.3, 0.7]], dtype=np.float32))
    two = PredictionBatch(("b", "c"), np.array([[0.6, 0.4]], dtype=np.float32))
    np.testing.assert_allclose(align([one, two])[:, 0], [[0.3, 0.7, 0], [0, 0.6, 0.4]], atol=1e-6)


def test_the_gradient_length_is_that_of_the_gradient() -> None:
    """By its definition: the mean, over the model's own intents, of the norm of the gradient."""
    p, x = np.array([0.6, 0.3, 0.1]), np.array([0.6, 0.8])
    lengths = [
        np.linalg.norm(np.outer(p - np.eye(3)[intent], np.append(x, 1))) for intent in range(3)
    ]
    expected = (p * lengths).sum() / np.sqrt(2)
    found = expected_gradient_length(p[None].astype(np.float32), x[None].astype(np.float32))
    assert found == pytest.approx([expected / np.sqrt(2) * np.sqrt(2)], rel=1e-5)


def test_density_is_the_mean_of_all_cosines() -> None:
    vectors = directions(8, 3)
    mean = np.maximum((vectors @ vectors.T).mean(axis=1), 0)
    np.testing.assert_allclose(density(vectors), mean / mean.max(), atol=1e-5)


def test_people_and_not_messages_make_a_text_frequent() -> None:
    weight = frequency(np.array([1, 2, 8], dtype=np.int32))
    assert weight.tolist() == [0.25, 0.5, 1.0]


def test_the_best_are_in_order_and_the_older_of_equals_first() -> None:
    scores = np.array([0.5, 0.9, 0.5, 0.1, 0.5], dtype=np.float32)
    assert best(scores, 3).tolist() == [1, 0, 2]
    assert best(scores, 0).tolist() == []
    assert best(scores, 9).tolist() == [1, 0, 2, 4, 3]


def test_a_combination_weighs_its_parts() -> None:
    pool = Pool(3, probabilities=torn(3), vectors=directions(2, 1))
    pool.probabilities[2] = [0.9, 0.1, 0.0]  # type: ignore[index]
    first = choose(open_strategy("0.9*margin + 0.1*density"), pool, 1, rng()).rows[0]
    assert first in (0, 1)
    scores = choose(open_strategy("margin + density"), pool, 3, rng()).scores
    assert scores.max() == pytest.approx((0.998 + 1) / 2, abs=0.01)


@pytest.mark.parametrize(
    ("spelt", "message"),
    [
        ("marginal", "did you mean .margin.. valid: doubt_coverage, uncertainty"),
        ("0.5*margin + 0.5*badge", "'badge' chooses whole batches"),
        ("margin + ", "no weight times a name"),
        ("0*margin + density", "must be above 0"),
        ("-1*margin", "no weight times a name"),
        ("margin; DROP TABLE batch", "no strategy"),
    ],
)
def test_a_strategy_that_there_is_not_is_refused(spelt: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        open_strategy(spelt)


def test_a_strategy_of_another_package_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "intent_al.strategies", theirs="intent_al.strategies.badge:Badge")
    assert open_strategy("theirs").name == "badge"
    assert "theirs" in registry.available()
    install(monkeypatch, "intent_al.strategies", theirs="no.such.module:Thing")
    with pytest.raises(ConfigError, match=r"'theirs' cannot be imported: No module named 'no'"):
        open_strategy("theirs")
