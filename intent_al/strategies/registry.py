"""The strategies by the name under which a project asks for them, and how each explains itself.

A strategy is a function of a batch of predictions: (n,) scores in [0, 1], higher = ask sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from intent_al.records import FloatArray, PredictionBatch
from intent_al.strategies import reasons, scores

ENTITY_SHARE = 0.3
"""How much an ambiguous span counts beside the margin of intents: a wrong intent loses the turn, a
wrong border mostly a slot."""


def uncertainty(batch: PredictionBatch) -> FloatArray:
    """Doubt about the intent or about a span: 1 - (1 - margin) (1 - share * entity ambiguity)."""
    intent = scores.margin(batch.probabilities)
    span = scores.entity_ambiguity(batch.spans, len(batch))
    return np.asarray(1.0 - (1.0 - intent) * (1.0 - ENTITY_SHARE * span), dtype=np.float32)


STRATEGIES: Mapping[str, Callable[[PredictionBatch], FloatArray]] = MappingProxyType(
    {
        "uncertainty": uncertainty,
        "margin": lambda batch: scores.margin(batch.probabilities),
        "least_confidence": lambda batch: scores.least_confidence(batch.probabilities),
        "entropy": lambda batch: scores.entropy(batch.probabilities),
        "entity_ambiguity": lambda batch: scores.entity_ambiguity(batch.spans, len(batch)),
    }
)

_INTENT_REASONS = {
    "least_confidence": reasons.least_confidence_reason,
    "entropy": reasons.entropy_reason,
}
WORTH_SAYING = 0.3
"""Entity ambiguity from which a reviewer is told of it beside the doubt about the intent."""


def explain(
    strategy: str, batch: PredictionBatch, texts: Sequence[str], rows: Sequence[int]
) -> list[str]:
    """The reason in words for each of ``rows``, in their order."""
    say = _INTENT_REASONS.get(strategy, reasons.margin_reason)
    spans = reasons.entity_reasons(texts, batch.spans)
    doubt = scores.entity_ambiguity(batch.spans, len(batch))
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
