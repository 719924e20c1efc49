"""The reason for a score in words: a reviewer decides faster when told what the doubt is about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from intent_al.entities.ambiguity import entity_ambiguity, places
from intent_al.records import PredictionBatch, SpanBatch

Row = npt.NDArray[np.floating]

WORTH_SAYING = 0.3
"""Entity ambiguity from which a reviewer is told of it beside the doubt about the intent."""


def explain(
    strategy: str, batch: PredictionBatch, texts: Sequence[str], rows: Sequence[int]
) -> list[str]:
    """The reason in words for each of ``rows``, in their order."""
    say = _INTENT_REASONS.get(strategy, margin_reason)
    spans = entity_reasons(texts, batch.spans)
    doubt = entity_ambiguity(batch.spans, len(batch))
    words = []
    for row in rows:
        intent = say(batch.labels, batch.probabilities[row])
        if strategy == "entity_ambiguity":
            words.append(spans[row] or intent)
        elif spans[row] and doubt[row] >= WORTH_SAYING:
            words.append(f"{intent}; {spans[row]}")
        else:
            words.append(intent)
    return words


def margin_reason(labels: Sequence[str], probabilities: Row) -> str:
    """``0.06 between refund_status and refund_request``: of one text, (k,)."""
    if len(labels) < 2:
        return _only(labels)
    first, second = _ranked(probabilities, 2)
    gap = float(probabilities[first] - probabilities[second])
    return f"{gap:.2f} between {labels[first]} and {labels[second]}"


def least_confidence_reason(labels: Sequence[str], probabilities: Row) -> str:
    """``0.31 at best, for refund_status``."""
    if len(labels) < 2:
        return _only(labels)
    best = _ranked(probabilities, 1)[0]
    return f"{float(probabilities[best]):.2f} at best, for {labels[best]}"


def entropy_reason(labels: Sequence[str], probabilities: Row) -> str:
    """``spread like 4.1 equal intents: refund_status 0.40, refund_request 0.22, cancel 0.11``."""
    if len(labels) < 2:
        return _only(labels)
    nats = -float(np.sum(probabilities * np.log(np.maximum(probabilities, 1e-12))))
    top = ", ".join(
        f"{labels[at]} {float(probabilities[at]):.2f}" for at in _ranked(probabilities, 3)
    )
    return f"spread like {np.exp(nats):.1f} equal intents: {top}"


_INTENT_REASONS = {
    "least_confidence": least_confidence_reason,
    "entropy": entropy_reason,
}


def entity_reasons(texts: Sequence[str], spans: SpanBatch) -> list[str]:
    """``'red mug' 0.52 or 'red mug with lid' 0.41``, for each text its most doubtful place.

    Spans of different labels name them: ``'May' date 0.60 or person 0.30``. A span that nothing
    was emitted for reads ``nothing or 'red mug' 0.41``. Without rivals the reason is empty.
    """
    reasons = [""] * len(texts)
    if not len(spans.row):
        return reasons
    place = places(spans)
    first = np.flatnonzero(np.diff(place, prepend=-1))
    mass = np.bincount(place, np.where(spans.emitted, 0.0, spans.probability))
    row = spans.row[first]
    order = np.lexsort((-mass, row))
    worst = order[np.flatnonzero(np.diff(row[order], prepend=-1))]
    borders = np.append(first, len(place))
    for number in worst[mass[worst] > 0].tolist():
        members = np.arange(borders[number], borders[number + 1])
        at = int(row[number])
        reasons[at] = _alternatives(texts[at], spans, members)
    return reasons


def _alternatives(text: str, spans: SpanBatch, members: npt.NDArray[np.int64]) -> str:
    emitted = members[spans.emitted[members]]
    rivals = members[~spans.emitted[members]]
    rival = rivals[np.argmax(spans.probability[rivals])]
    if len(emitted):
        # of several emitted spans the one that the rival would replace
        shared = np.minimum(spans.end[emitted], spans.end[rival]) - np.maximum(
            spans.start[emitted], spans.start[rival]
        )
        shown = [int(emitted[np.argmax(shared)]), int(rival)]
    else:
        shown = [int(rival)]
    several_labels = len({int(spans.label[at]) for at in shown}) > 1
    words = [_span_in_words(text, spans, at, several_labels) for at in shown]
    return " or ".join(words if len(emitted) else ["nothing", *words])


def _span_in_words(text: str, spans: SpanBatch, at: int, with_label: bool) -> str:
    covered = text[int(spans.start[at]) : int(spans.end[at])]
    label = f" {spans.labels[int(spans.label[at])]}" if with_label else ""
    return f"'{covered}'{label} {float(spans.probability[at]):.2f}"


def _ranked(probabilities: Row, count: int) -> list[int]:
    return [int(at) for at in np.argsort(-probabilities, kind="stable")[:count]]


def _only(labels: Sequence[str]) -> str:
    return f"{labels[0]} is the only intent" if labels else "no intent to choose from"
