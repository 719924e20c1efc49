"""How sure a linear-chain CRF is of every entity span, not only of its best tags.

A tagger hands out one reading of a sentence. Whether a human should look at it depends on what the
tagger nearly said: the border one word further, the other label, the entity that it left out.
Rasa's DIET and CRFsuite are both linear-chain CRFs, so the same few sums serve both: this module
needs their scores only. It lives here because the bot's interpreter runs it too.

How tags become spans. A tag is outside (``O``), or an entity label with one of the prefixes
``B-``, ``I-``, ``L-``, ``U-``, or a bare entity label. Two neighbouring tags belong to one span if
they have the same label and the second one continues the first: ``I`` or ``L`` after ``B`` or
``I``, or bare after bare. Everything else begins or ends a span, so that every sequence of tags,
also an ill-formed one, has exactly one reading (that of the CoNLL scorer), and the rule is local
to a transition, which is what makes the sums exact.
"""

from __future__ import annotations

from typing import NamedTuple, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

OUTSIDE = "O"
_PREFIXES = ("B-", "I-", "L-", "U-")
_TINY = 1e-300


class Tagging(NamedTuple):
    """Tag names taken apart.

    ``labels`` are the entity labels; ``label_of`` (L,) maps a tag to its label, -1 for outside;
    ``members`` (K, m) are the tags of each label, padded with -1; ``continues`` (L, L) says whether
    the second tag continues the span of the first.
    """

    labels: tuple[str, ...]
    label_of: Ints
    members: Ints
    continues: Bools


class Spans(NamedTuple):
    """Spans of a batch, one row a span, sorted by (row, start, end, label); token offsets.

    ``end`` is exclusive. ``probability`` is that of exactly this span with this label; ``emitted``
    marks the spans of the best path.
    """

    labels: tuple[str, ...]
    row: Ints
    start: Ints
    end: Ints
    label: Ints
    probability: Floats
    emitted: Bools


class Lattice(NamedTuple):
    """Scaled forward-backward messages, all (B, T, L) but ``scale`` (B, T) and ``step`` (L, L).

    ``forward * backward`` are the tag marginals; ``emission`` and ``step`` are exponentiated
    scores, shifted by a constant that ``scale`` absorbs. ``finish`` (L,) is what ending is worth.
    """

    forward: Floats
    backward: Floats
    emission: Floats
    step: Floats
    scale: Floats
    finish: Floats


def read_tags(tags: Sequence[str]) -> Tagging:
    """Take tag names apart; the tags of one label need not stand together."""
    prefixes, names = [], []
    for tag in tags:
        prefixed = tag[:2] in _PREFIXES
        prefixes.append(tag[0] if prefixed else "")
        names.append(tag[2:] if prefixed else tag)
    labels = tuple(sorted({name for name in names if name != OUTSIDE}))
    index = {label: number for number, label in enumerate(labels)}
    label_of = np.array([index.get(name, -1) for name in names], dtype=np.int32)
    groups = [np.flatnonzero(label_of == number) for number in range(len(labels))]
    width = max((len(group) for group in groups), default=0)
    members = np.full((len(labels), width), -1, dtype=np.int32)
    for number, group in enumerate(groups):
        members[number, : len(group)] = group
    prefix = np.array(prefixes, dtype="<U1").reshape(-1)
    opened, closing = np.isin(prefix, ("B", "I")), np.isin(prefix, ("I", "L"))
    joined = (opened[:, None] & closing[None, :]) | (
        (prefix == "")[:, None] & (prefix == "")[None, :]
    )
    same = (label_of[:, None] == label_of[None, :]) & (label_of >= 0)[:, None]
    return Tagging(labels, label_of, members, same & joined)


def forward_backward(
    unary: Floats,
    transitions: Floats,
    lengths: Ints,
    start: Floats | None = None,
    end: Floats | None = None,
) -> Lattice:
    """Messages of a batch of chains, in linear space with a scale per position.

    ``unary`` is (B, T, L) with padding behind ``lengths`` (B,), ``transitions`` (L, L) from row to
    column, ``start`` and ``end`` (L,). Scores of one position should lie within 600 of each other;
    what is further below counts as impossible.
    """
    batch, width, size = unary.shape
    inside = np.arange(width)[None, :] < lengths[:, None]
    scores = np.where(inside[:, :, None], unary, 0.0)
    if start is not None:
        scores[:, 0] += start
    emission = np.exp(scores - scores.max(axis=2, keepdims=True))
    step = np.exp(transitions - transitions.max())
    finish = np.ones(size) if end is None else np.exp(end - end.max())

    forward = np.empty_like(emission)
    scale = np.ones((batch, width))
    message = emission[:, 0]
    for position in range(width):
        if position:
            message = (forward[:, position - 1] @ step) * emission[:, position]
        message = np.maximum(message, _TINY)
        scale[:, position] = message.sum(axis=1)
        forward[:, position] = message / scale[:, position, None]

    backward = np.empty_like(emission)
    for position in reversed(range(width)):
        last = np.equal(lengths, position + 1)
        total = np.maximum((forward[:, position] * finish).sum(axis=1), _TINY)
        message = finish[None, :] / total[:, None]
        if position + 1 < width:
            onward = (backward[:, position + 1] * emission[:, position + 1]) @ step.T
            message = np.where(last[:, None], message, onward / scale[:, position + 1, None])
        backward[:, position] = message
    return Lattice(forward, backward, emission, step, scale, finish)


def viterbi(
    unary: Floats,
    transitions: Floats,
    lengths: Ints,
    start: Floats | None = None,
    end: Floats | None = None,
) -> Ints:
    """Best tags (B, T) of a batch of chains; -1 behind the end. Ties go to the lower tag."""
    batch, width, size = unary.shape
    best = unary[:, 0] + (0.0 if start is None else start)
    came_from = np.zeros((batch, width, size), dtype=np.int32)
    for position in range(1, width):
        reached = best[:, :, None] + transitions[None]
        choice = reached.argmax(axis=1)
        came_from[:, position] = choice
        onward = np.take_along_axis(reached, choice[:, None, :], axis=1)[:, 0] + unary[:, position]
        best = np.where((position < lengths)[:, None], onward, best)
    tags = np.full((batch, width), -1, dtype=np.int32)
    current = (best + (0.0 if end is None else end)).argmax(axis=1).astype(np.int32)
    rows = np.arange(batch)
    for position in reversed(range(width)):
        active = position < lengths
        tags[active, position] = current[active]
        current = np.where(active, came_from[rows, position, current], current)
    return tags


def read_spans(tags: Ints, tagging: Tagging) -> tuple[Ints, Ints, Ints, Ints]:
    """Spans (row, start, end, label) of tag sequences (B, T), -1 behind the end."""
    batch = tags.shape[0]
    padded = np.concatenate([tags, np.full((batch, 1), -1, dtype=tags.dtype)], axis=1)
    label = np.where(padded >= 0, np.append(tagging.label_of, -1)[padded], -1)
    before, after = padded[:, :-1], padded[:, 1:]
    joined = (before >= 0) & (after >= 0)
    joined &= tagging.continues[np.maximum(before, 0), np.maximum(after, 0)]
    is_entity = label[:, :-1] >= 0
    held = np.concatenate([np.zeros((batch, 1), dtype=np.bool_), joined[:, :-1]], axis=1)
    row, start = np.nonzero(is_entity & ~held)
    _, last = np.nonzero(is_entity & ~joined)
    return (
        row.astype(np.int32),
        start.astype(np.int32),
        (last + 1).astype(np.int32),
        label[row, start].astype(np.int32),
    )


def candidate_spans(
    lattice: Lattice, lengths: Ints, tagging: Tagging, threshold: float
) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """All spans with a probability of at least ``threshold``, unsorted.

    Grows every possible span of the whole batch by one token at a time and drops those that reach
    so far with less than ``threshold``: how far a span reaches can only become less likely.
    """
    entering, leaving, members, mask = _edges(lattice, lengths, tagging)
    inner = np.where(tagging.continues, lattice.step, 0.0)
    blocks = inner[np.maximum(members, 0)[:, :, None], np.maximum(members, 0)[:, None, :]]
    blocks *= mask[:, :, None] & mask[:, None, :]

    tags = np.maximum(members, 0)
    reach = (entering * lattice.backward[:, :, tags]).sum(axis=3)
    inside = np.arange(lattice.scale.shape[1])[None, :] < lengths[:, None]
    row, start, label = np.nonzero(inside[:, :, None] & (reach >= threshold))
    growing = entering[row, start, label]
    last = start
    found = []
    while len(row):
        ends_here = (growing * leaving[row, last, label]).sum(axis=1)
        hit = ends_here >= threshold
        found.append((row[hit], start[hit], last[hit] + 1, label[hit], ends_here[hit]))
        onward = last + 1 < lengths[row]
        row, start, label, growing = row[onward], start[onward], label[onward], growing[onward]
        last = last[onward] + 1
        here = (row[:, None], last[:, None], tags[label])
        growing = np.einsum("nm,nmk->nk", growing, blocks[label])
        growing *= lattice.emission[here] / lattice.scale[row, last, None]
        alive = (growing * lattice.backward[here]).sum(axis=1) >= threshold
        row, start, last = row[alive], start[alive], last[alive]
        label, growing = label[alive], growing[alive]
    if not found:
        none = np.zeros(0, dtype=np.int32)
        return none, none, none, none, np.zeros(0)
    columns = [np.concatenate(column) for column in zip(*found)]
    ints = [column.astype(np.int32) for column in columns[:4]]
    return ints[0], ints[1], ints[2], ints[3], np.minimum(columns[4], 1.0)


def _edges(lattice: Lattice, lengths: Ints, tagging: Tagging) -> tuple[Floats, Floats, Ints, Bools]:
    """Mass that enters a span at each position, and that leaves it behind it: (B, T, K, m)."""
    outer = np.where(tagging.continues, 0.0, lattice.step)
    entering = lattice.forward.copy()
    leaving = lattice.backward.copy()
    if lattice.scale.shape[1] > 1:
        arrived = (lattice.forward[:, :-1] @ outer) * lattice.emission[:, 1:]
        entering[:, 1:] = arrived / lattice.scale[:, 1:, None]
        gone = (lattice.backward[:, 1:] * lattice.emission[:, 1:]) @ outer.T
        gone /= lattice.scale[:, 1:, None]
        position = np.arange(lattice.scale.shape[1] - 1)[None, :]
        ends = (position == lengths[:, None] - 1)[:, :, None]
        leaving[:, :-1] = np.where(ends, lattice.backward[:, :-1], gone)
    mask = tagging.members >= 0
    tags = np.maximum(tagging.members, 0)
    return entering[:, :, tags] * mask, leaving[:, :, tags] * mask, tagging.members, mask


def span_posteriors(
    unary: Floats,
    transitions: Floats,
    tags: Sequence[str],
    lengths: Sequence[int] | Ints | None = None,
    start: Floats | None = None,
    end: Floats | None = None,
    threshold: float = 0.01,
    emitted: tuple[Ints, Ints, Ints, Ints] | None = None,
) -> Spans:
    """Spans of a batch: all above ``threshold``, and the emitted ones however unlikely.

    Emitted are those of the best path, unless ``emitted`` (row, start, end, label) says otherwise:
    not every tagger hands out its best path.

    ``unary`` is (T, L) for one sentence or (B, T, L) with padding behind ``lengths``;
    ``transitions`` is (L, L), from row to column; ``tags`` names the L columns; ``start`` and
    ``end`` (L,) are added to the first and last token. Empty sentences have no spans.
    """
    unary = np.asarray(unary, dtype=np.float64)
    if unary.ndim == 2:
        unary = unary[None]
    tagging = read_tags(tags)
    full = np.full(unary.shape[0], unary.shape[1])
    sizes = np.asarray(full if lengths is None else lengths, dtype=np.int32)
    busy = np.flatnonzero(sizes > 0).astype(np.int32)
    if not len(busy) or not tagging.labels:
        none = np.zeros(0, dtype=np.int32)
        return Spans(
            tagging.labels, none, none, none, none, np.zeros(0), np.zeros(0, dtype=np.bool_)
        )
    unary, sizes = unary[busy, : int(sizes.max())], sizes[busy]
    transitions = np.asarray(transitions, dtype=np.float64)
    lattice = forward_backward(unary, transitions, sizes, start, end)
    if emitted is None:
        best = read_spans(viterbi(unary, transitions, sizes, start, end), tagging)
    else:
        place = np.searchsorted(busy, emitted[0]).astype(np.int32)
        best = (place, *emitted[1:])
    found = candidate_spans(lattice, sizes, tagging, threshold)
    row, first, last, label, probability, out = _merge(found, best)
    missing = out & np.isnan(probability)
    if missing.any():
        where = (row[missing], first[missing], last[missing], label[missing])
        probability[missing] = _probability_of(where, lattice, sizes, tagging)
    return Spans(tagging.labels, busy[row], first, last, label, probability, out)


def _merge(
    found: tuple[Ints, Ints, Ints, Ints, Floats], best: tuple[Ints, Ints, Ints, Ints]
) -> tuple[Ints, Ints, Ints, Ints, Floats, Bools]:
    """Union of candidates and emitted spans, sorted; the probability of the latter may be NaN."""
    keys = np.concatenate([np.stack(found[:4], axis=1), np.stack(best, axis=1)])
    probability = np.concatenate([found[4], np.full(len(best[0]), np.nan)])
    from_best = np.concatenate([np.zeros(len(found[0])), np.ones(len(best[0]))]).astype(np.bool_)
    order = np.lexsort((from_best, keys[:, 3], keys[:, 2], keys[:, 1], keys[:, 0]))
    keys, probability, from_best = keys[order], probability[order], from_best[order]
    twin = np.zeros(len(keys), dtype=np.bool_)
    twin[1:] = (keys[1:] == keys[:-1]).all(axis=1)
    emitted = from_best.copy()
    emitted[:-1] |= twin[1:]
    keep = ~twin
    row, first, last, label = (keys[keep, column].astype(np.int32) for column in range(4))
    return row, first, last, label, probability[keep], emitted[keep]


def _probability_of(
    spans: tuple[Ints, Ints, Ints, Ints], lattice: Lattice, lengths: Ints, tagging: Tagging
) -> Floats:
    """Probability of named spans, for the few emitted ones that fall below the threshold."""
    entering, leaving, members, mask = _edges(lattice, lengths, tagging)
    inner = np.where(tagging.continues, lattice.step, 0.0)
    result = np.zeros(len(spans[0]))
    for number, (row, first, last, label) in enumerate(zip(*spans)):
        tags = members[label][mask[label]]
        mass = entering[row, first, label][mask[label]]
        for position in range(first + 1, last):
            mass = (mass @ inner[np.ix_(tags, tags)]) * lattice.emission[row, position, tags]
            mass = mass / lattice.scale[row, position]
        result[number] = float(mass @ leaving[row, last - 1, label][mask[label]])
    return np.minimum(result, 1.0)
