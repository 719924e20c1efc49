"""Span posteriors against enumeration of every path, for well- and ill-formed tag sets."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from intent_al.inside_rasa.span_posteriors import (
    forward_backward,
    read_spans,
    read_tags,
    span_posteriors,
    viterbi,
)

Floats = npt.NDArray[np.float64]
BIO = ("O", "B-city", "I-city", "B-date", "I-date")
BILOU = ("I-city", "L-city", "O", "U-city", "B-city", "U-date")
PLAIN = ("O", "city", "date")
Span = tuple[int, int, str]


def spans_by_hand(path: tuple[str, ...]) -> list[Span]:
    spans: list[Span] = []
    begin, label, before = 0, "", "O"
    for position, tag in enumerate((*path, "O")):
        prefix, name = (tag[0], tag[2:]) if tag[1:2] == "-" else ("", tag)
        came = before[0] if before[1:2] == "-" else ""
        held = label != "" and name == label
        held = held and ((prefix in "IL" and came in "BI") if prefix else came == "")
        if not held:
            if label:
                spans.append((begin, position, label))
            begin, label = position, "" if name == "O" else name
        before = tag
    return spans


def by_enumeration(
    unary: Floats, transitions: Floats, tags: tuple[str, ...], start: Floats, end: Floats
) -> tuple[dict[Span, float], list[Span]]:
    mass: dict[Span, float] = {}
    total, best, best_spans = 0.0, -np.inf, []
    for path in itertools.product(range(len(tags)), repeat=len(unary)):
        score = start[path[0]] + end[path[-1]]
        score += sum(unary[position, tag] for position, tag in enumerate(path))
        score += sum(transitions[one, two] for one, two in itertools.pairwise(path))
        spans = spans_by_hand(tuple(tags[tag] for tag in path))
        total += np.exp(score)
        for span in spans:
            mass[span] = mass.get(span, 0.0) + float(np.exp(score))
        if score > best:
            best, best_spans = score, spans
    return {span: value / total for span, value in mass.items()}, best_spans


@pytest.mark.parametrize("tags", [BIO, BILOU, PLAIN])
@pytest.mark.parametrize("bounded", [False, True])
def test_every_span_has_the_probability_that_enumeration_gives(
    tags: tuple[str, ...], bounded: bool
) -> None:
    rng = np.random.default_rng(7)
    size, lengths = len(tags), [3, 1, 5, 0, 4]
    unary = rng.normal(size=(5, 5, size)) * 2
    transitions = rng.normal(size=(size, size)) * 2
    start, end = (rng.normal(size=size) if bounded else np.zeros(size) for _ in range(2))
    edges = {"start": start, "end": end} if bounded else {}
    spans = span_posteriors(unary, transitions, tags, lengths, threshold=0.0, **edges)
    for row, length in enumerate(lengths):
        mine = spans.row == row
        keys = zip(
            spans.start[mine].tolist(),
            spans.end[mine].tolist(),
            (spans.labels[label] for label in spans.label[mine]),
            strict=True,
        )
        got = dict(zip(keys, spans.probability[mine].tolist(), strict=True))
        if not length:
            assert got == {}
            continue
        expected, best = by_enumeration(unary[row, :length], transitions, tags, start, end)
        assert set(expected) <= set(got)
        for span, probability in got.items():
            assert probability == pytest.approx(expected.get(span, 0.0), abs=1e-6)
        emitted = [span for span, out in zip(got, spans.emitted[mine], strict=True) if out]
        assert emitted == best


def test_threshold_drops_the_unlikely_but_keeps_the_emitted() -> None:
    rng = np.random.default_rng(1)
    unary, transitions = rng.normal(size=(1, 5, len(BIO))), rng.normal(size=(len(BIO), len(BIO)))
    all_spans = span_posteriors(unary, transitions, BIO, threshold=0.0)
    few = span_posteriors(unary, transitions, BIO, threshold=0.2)
    none = span_posteriors(unary, transitions, BIO, threshold=2.0)
    assert len(few.row) == np.count_nonzero(all_spans.emitted | (all_spans.probability >= 0.2))
    assert none.emitted.all()
    assert none.probability == pytest.approx(all_spans.probability[all_spans.emitted])
    order = np.lexsort((all_spans.label, all_spans.end, all_spans.start, all_spans.row))
    assert order.tolist() == list(range(len(order)))


def test_tag_marginals_sum_to_one_at_every_position() -> None:
    rng = np.random.default_rng(2)
    unary, transitions = rng.normal(size=(3, 6, 4)) * 5, rng.normal(size=(4, 4)) * 5
    lengths = np.array([6, 2, 4], dtype=np.int32)
    lattice = forward_backward(unary, transitions, lengths)
    total = (lattice.forward * lattice.backward).sum(axis=2)
    assert total[np.arange(6)[None, :] < lengths[:, None]] == pytest.approx(1.0)


def test_extreme_scores_stay_finite() -> None:
    unary = np.array([[0.0, 900.0], [900.0, 0.0], [0.0, 900.0]])
    transitions = np.array([[0.0, -1e4], [-1e4, 0.0]])
    spans = span_posteriors(unary, transitions, ("O", "city"))
    assert np.isfinite(spans.probability).all()


def test_batch_and_single_sentence_agree_with_viterbi() -> None:
    rng = np.random.default_rng(3)
    unary, transitions = rng.normal(size=(2, 4, 5)), rng.normal(size=(5, 5))
    lengths = np.array([4, 2], dtype=np.int32)
    tags = viterbi(unary, transitions, lengths)
    alone = viterbi(unary[1:, :2], transitions, lengths[1:])
    assert tags[1].tolist() == [*alone[0].tolist(), -1, -1]
    single = span_posteriors(unary[0], transitions, BIO)
    both = span_posteriors(unary, transitions, BIO, lengths)
    assert single.probability == pytest.approx(both.probability[both.row == 0])


def test_neighbours_of_one_label_are_two_spans_when_the_second_begins_anew() -> None:
    tagging = read_tags(BIO)
    row, start, end, label = read_spans(np.array([[1, 2, 1, 0, 4, -1]], dtype=np.int32), tagging)
    assert [(int(a), int(b)) for a, b in zip(start, end, strict=True)] == [(0, 2), (2, 3), (4, 5)]
    assert [tagging.labels[number] for number in label] == ["city", "city", "date"]
    assert row.tolist() == [0, 0, 0]


def test_no_entity_tags_mean_no_spans() -> None:
    assert len(span_posteriors(np.zeros((3, 1)), np.zeros((1, 1)), ("O",)).row) == 0
