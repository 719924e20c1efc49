"""How good predictions are, against labels that people gave.

Plain numpy, so that the gate can be read and checked line by line, and so that every command
reports the same definition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from intent_al.records import Entity, SpanBatch


@dataclass(frozen=True, slots=True)
class Quality:
    """Precision, recall and F1 in [0, 1], and on how many labelled items: 0/0 counts as 0."""

    precision: float
    recall: float
    f1: float
    support: int

    @classmethod
    def of(cls, right: int, predicted: int, labelled: int) -> Quality:
        return cls(
            right / predicted if predicted else 0.0,
            right / labelled if labelled else 0.0,
            2 * right / (predicted + labelled) if predicted + labelled else 0.0,
            labelled,
        )


def accuracy(gold: Sequence[str], predicted: Sequence[str]) -> float:
    """Share of texts with the right intent; 0 for no text."""
    hits = sum(one == other for one, other in zip(gold, predicted, strict=True))
    return hits / len(gold) if gold else 0.0


def per_intent(gold: Sequence[str], predicted: Sequence[str]) -> dict[str, Quality]:
    """Quality of each intent that was labelled or predicted, sorted by name."""
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} labels for {len(predicted)} predictions")
    names, codes = np.unique(np.array([*gold, *predicted], dtype=object), return_inverse=True)
    truth, guess = codes[: len(gold)], codes[len(gold) :]
    right = np.bincount(truth[truth == guess], minlength=len(names))
    guessed = np.bincount(guess, minlength=len(names))
    labelled = np.bincount(truth, minlength=len(names))
    columns = zip(names, right.tolist(), guessed.tolist(), labelled.tolist(), strict=True)
    return {str(name): Quality.of(*counts) for name, *counts in columns}


def macro_f1(gold: Sequence[str], predicted: Sequence[str]) -> float:
    """Mean F1 over the intents that were labelled at least once: a rare intent counts in full."""
    scores = [quality.f1 for quality in per_intent(gold, predicted).values() if quality.support]
    return float(np.mean(scores)) if scores else 0.0


def entity_label(entity: Entity) -> str:
    """The name under which an entity is told apart: ``city`` or ``city#to``."""
    return f"{entity.entity}#{entity.role}" if entity.role else entity.entity


def entity_quality(gold: Sequence[Sequence[Entity]], spans: SpanBatch) -> Quality:
    """Quality of the emitted spans: right are those with both borders, label and role."""
    return Quality.of(*entity_counts(gold, spans).sum(axis=0).tolist())


def entity_counts(gold: Sequence[Sequence[Entity]], spans: SpanBatch) -> npt.NDArray[np.int64]:
    """(n, 3) for n texts: how many spans are right, how many were emitted, how many labelled."""
    wanted = {
        (row, entity.start, entity.end, entity_label(entity))
        for row, entities in enumerate(gold)
        for entity in entities
    }
    out = spans.emitted
    got = {
        (row, start, end, spans.labels[label])
        for row, start, end, label in zip(
            spans.row[out].tolist(),
            spans.start[out].tolist(),
            spans.end[out].tolist(),
            spans.label[out].tolist(),
            strict=True,
        )
    }
    counts = np.zeros((len(gold), 3), dtype=np.int64)
    for column, found in enumerate((got & wanted, got, wanted)):
        for row, *_ in found:
            counts[row, column] += 1
    return counts
