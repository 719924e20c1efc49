"""What travels between the stages: columnar batches for predictions, dataclasses for the rest.

Offsets are code points, half open. Probabilities lie in [0, 1]. Scores lie in [0, 1] and are higher
where a human should be asked sooner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]
BoolArray = npt.NDArray[np.bool_]


class TurnKind(str, Enum):
    """What a user turn is, for the question whether it could be training data."""

    FREE_TEXT = "free_text"
    SLOT_ANSWER = "slot_answer"
    CONFIRMATION = "confirmation"
    BUTTON = "button"
    COMMAND = "command"
    EVENT = "event"
    EMPTY = "empty"


class Outcome(str, Enum):
    """What a reviewer said of one utterance."""

    LABELLED = "labelled"
    OUT_OF_SCOPE = "out_of_scope"
    DEPENDS_ON_CONTEXT = "depends_on_context"
    SKIP = "skip"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Entity:
    """A span ``text[start:end]``; ``value`` is None where it equals the text of the span."""

    entity: str
    start: int
    end: int
    value: str | None = None
    role: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text; ``intent`` is the full name for retrieval intents (``faq/ask_x``)."""

    text: str
    intent: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class SpanBatch:
    """Entity spans of n utterances, one row a candidate span, sorted by (row, start, end, label).

    ``row`` indexes the utterance, ``label`` indexes ``labels`` (an entity name, or ``name#role``
    where roles are told apart), ``probability`` is that of *exactly this span with this label*, and
    ``emitted`` marks the spans of the single best reading, which a bot would hand to its dialogue.
    """

    labels: tuple[str, ...]
    row: IntArray
    start: IntArray
    end: IntArray
    label: IntArray
    probability: FloatArray
    emitted: BoolArray

    @classmethod
    def empty(cls, labels: tuple[str, ...] = ()) -> SpanBatch:
        none = np.zeros(0, dtype=np.int32)
        return cls(
            labels,
            none,
            none,
            none,
            none,
            np.zeros(0, dtype=np.float32),
            np.zeros(0, dtype=np.bool_),
        )


@dataclass(frozen=True, slots=True)
class PredictionBatch:
    """What one model makes of n texts.

    ``probabilities`` is (n, k) over ``labels``, rows sum to 1 (the fallback entry removed).
    ``spans`` are candidate entity spans with a probability each.
    """

    labels: tuple[str, ...]
    probabilities: FloatArray
    spans: SpanBatch = field(default_factory=SpanBatch.empty)

    def __len__(self) -> int:
        return int(self.probabilities.shape[0])
