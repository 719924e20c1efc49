"""What is worth asking: scores of predictions, and the reason for each in words.

``SCORES`` are functions of intent probabilities (n, k); ``SPAN_SCORES`` of spans and n. All give
n values in [0, 1], higher = ask sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from intent_al.records import FloatArray, SpanBatch
from intent_al.strategies import scores

SCORES: Mapping[str, Callable[[scores.Probabilities], FloatArray]] = MappingProxyType(
    {
        "margin": scores.margin,
        "least_confidence": scores.least_confidence,
        "entropy": scores.entropy,
    }
)
SPAN_SCORES: Mapping[str, Callable[[SpanBatch, int], FloatArray]] = MappingProxyType(
    {"entity_ambiguity": scores.entity_ambiguity}
)
