"""Spans of a batch with a probability each, from the scores of one extractor.

Roles have a tagger of their own in Rasa, which sees the entity tags as features. The probability
of a span with a role is that of the span times the mean share that the role has of its tokens.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Sequence

import numpy as np

from ..span_posteriors import (
    Floats,
    Ints,
    forward_backward,
    read_tags,
    span_posteriors,
)

THRESHOLD = 0.01


class Chain(NamedTuple):
    """One linear-chain CRF over a batch: ``unary`` (B, T, L) of the messages ``rows`` (B,)."""

    tags: Sequence[str]
    rows: Ints
    lengths: Ints
    unary: Floats
    transitions: Floats


class Emitted(NamedTuple):
    """An entity as Rasa handed it out, in tokens; ``label`` is its name, ``role`` may be none."""

    row: int
    start: int
    end: int
    label: str
    role: str | None


class SpanRow(NamedTuple):
    """A candidate span in tokens of message ``row``; ``label`` is ``name`` or ``name#role``."""

    row: int
    start: int
    end: int
    label: str
    probability: float
    emitted: bool


def span_rows(entities: Chain, roles: Chain | None, emitted: Sequence[Emitted]) -> list[SpanRow]:
    """All spans of at least one percent, and the emitted ones, sorted."""
    place = {row: number for number, row in enumerate(entities.rows.tolist())}
    labels = {name: number for number, name in enumerate(read_tags(entities.tags).labels)}
    mine = [one for one in emitted if one.row in place and one.label in labels]
    found = span_posteriors(
        entities.unary,
        entities.transitions,
        entities.tags,
        entities.lengths,
        threshold=THRESHOLD,
        emitted=_columns([(place[one.row], one.start, one.end, labels[one.label]) for one in mine]),
    )
    of_tokens = None if roles is None else _role_probabilities(roles)
    said = {(one.row, one.start, one.end, one.label, one.role) for one in mine}
    result: list[SpanRow] = []
    for number, start, end, label, probability in zip(
        found.row.tolist(),
        found.start.tolist(),
        found.end.tolist(),
        found.label.tolist(),
        found.probability.tolist(),
    ):
        row, name = int(entities.rows[number]), found.labels[label]
        of_roles: dict[str | None, float] = {None: 1.0}
        if of_tokens is not None:
            of_roles = _of_span(of_tokens, number, start, end)
        for role, part in of_roles.items():
            was_said = (row, start, end, name, role) in said
            if was_said or probability * part >= THRESHOLD:
                full = f"{name}#{role}" if role else name
                result.append(SpanRow(row, start, end, full, probability * part, was_said))
    return sorted(result)


class _RoleProbabilities(NamedTuple):
    """``total`` (B, T + 1, K) sums the probability of each role up to a token."""

    names: tuple[str, ...]
    total: Floats


def _role_probabilities(chain: Chain) -> _RoleProbabilities:
    lattice = forward_backward(chain.unary, chain.transitions, chain.lengths)
    tagging = read_tags(chain.tags)
    of_label = np.zeros((len(chain.tags), len(tagging.labels)))
    inside = tagging.label_of >= 0
    of_label[np.flatnonzero(inside), tagging.label_of[inside]] = 1.0
    of_tokens = (lattice.forward * lattice.backward) @ of_label
    return _RoleProbabilities(
        tagging.labels, np.pad(np.cumsum(of_tokens, axis=1), ((0, 0), (1, 0), (0, 0)))
    )


def _of_span(
    of_tokens: _RoleProbabilities, number: int, start: int, end: int
) -> dict[str | None, float]:
    """Role -> mean share of the tokens of a span; no role has what is left."""
    mean = (of_tokens.total[number, end] - of_tokens.total[number, start]) / (end - start)
    found: dict[str | None, float] = dict(zip(of_tokens.names, mean.tolist()))
    found[None] = max(0.0, 1.0 - float(mean.sum()))
    return found


def _columns(rows: Sequence[tuple[int, int, int, int]]) -> tuple[Ints, Ints, Ints, Ints]:
    table = np.array(rows, dtype=np.int32).reshape(-1, 4)
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3]


def as_columns(rows: Sequence[SpanRow]) -> dict[str, Any]:
    """The same as columns, with the labels once."""
    labels = sorted({one.label for one in rows})
    index = {label: number for number, label in enumerate(labels)}
    return {
        "labels": labels,
        "row": np.array([one.row for one in rows], dtype=np.int32),
        "start": np.array([one.start for one in rows], dtype=np.int32),
        "end": np.array([one.end for one in rows], dtype=np.int32),
        "label": np.array([index[one.label] for one in rows], dtype=np.int32),
        "probability": np.array([one.probability for one in rows], dtype=np.float64),
        "emitted": np.array([one.emitted for one in rows], dtype=np.bool_),
    }
