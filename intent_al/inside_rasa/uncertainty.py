"""How unsure a ranking of intents is: for the bot itself, so without anything but Python."""

from __future__ import annotations

import math
from typing import Any, Sequence

FALLBACK = "nlu_fallback"
"""What Rasa's FallbackClassifier puts before a ranking, with a confidence of its own."""


def uncertainty(
    ranking: Sequence[tuple[str, float]], intents: int | None = None
) -> dict[str, Any] | None:
    """Margin, entropy and least confidence in [0, 1], 1 where a model knows nothing, and the reason
    in words; None without two intents to choose from.

    ``ranking`` are names with confidences, the best first. Rasa cuts it after ten; what is missing
    is shared by the intents that it does not name, of ``intents`` in all, so that the entropy is an
    estimate then.
    """
    ranked = [(name, float(probability)) for name, probability in ranking if name != FALLBACK]
    if len(ranked) < 2 or any(not 0 <= probability <= 1.001 for _, probability in ranked):
        return None
    (first, best), (second, next_best) = ranked[0], ranked[1]
    probabilities = [probability for _, probability in ranked]
    rest = max(0.0, 1.0 - sum(probabilities))
    missing = max(0, (intents or len(probabilities)) - len(probabilities))
    probabilities += [min(rest / missing, probabilities[-1])] * missing if missing else []
    nats = -sum(
        probability * math.log(probability) for probability in probabilities if probability > 0
    )
    return {
        "margin": _unit(1.0 - (best - next_best)),
        "least_confidence": _unit((1.0 - best) * len(probabilities) / (len(probabilities) - 1)),
        "entropy": _unit(nats / math.log(len(probabilities))),
        "reason": f"{best - next_best:.2f} between {first} and {second}",
    }


def _unit(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 6)
