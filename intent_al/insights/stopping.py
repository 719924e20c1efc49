"""Whether it is worth going on: shown, not decided.

Four views, because each is blind in its own way: whether the last model still changed its mind on
traffic drawn blindly, what the next batch will bring if the curve goes on as it did, how good the
bot is by the audit sample, and what the next batch costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from intent_al.evaluation.agreement import kappa
from intent_al.records import FloatArray, Outcome
from intent_al.store import decisions, predictions, queue, verdicts
from intent_al.store.insights import decided, median_seconds, models_of_kind

if TYPE_CHECKING:
    from intent_al.workspace import Workspace

STOP_SET = 2_000
"""Messages drawn blindly, always the same ones, on which successive models are compared."""

_LEAST_RUNS, _LOOSE = 3, 0.5
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class ModelAgreement:
    """Cohen's kappa of the last two models on ``messages`` of traffic. ``bound``: their F1 differs
    by no more than 4 (1 - kappa) / kappa (Bloodgood & Grothendieck 2013), a loose bound."""

    kappa: float
    bound: float | None
    messages: int


@dataclass(frozen=True, slots=True)
class Share:
    """Of ``items`` drawn blindly, with Wilson's 95 % interval."""

    share: float
    low: float
    high: float
    items: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Accuracy by the fitted curve, now and after ``labels`` more; from ``runs`` judged runs."""

    now: float
    then: float
    labels: int
    runs: int


@dataclass(frozen=True, slots=True)
class Budget:
    """Utterances decided so far and waiting, and the median seconds that one takes."""

    decided: int
    waiting: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Stopping:
    """What cannot be told yet is None."""

    agreement: ModelAgreement | None
    forecast: Forecast | None
    accuracy: Share | None
    out_of_scope: Share | None
    budget: Budget


def weigh(workspace: Workspace) -> Stopping:
    store, bot = workspace.store, workspace.bot
    accuracy, out_of_scope = _audit(workspace)
    return Stopping(
        _agreement(workspace),
        _forecast(workspace),
        accuracy,
        out_of_scope,
        Budget(
            len(decided(store)),
            len(queue.open_items(store)),
            median_seconds(store, bot),
        ),
    )


def bound(agreement: float) -> float | None:
    """On the difference of F1; None where it is so loose that it says nothing."""
    found = 4 * (1 - agreement) / agreement if agreement > 0 else None
    return None if found is None or found > _LOOSE else found


def wilson(hits: int, items: int) -> Share | None:
    """A share with its interval (Wilson 1927), which is right for few items and near 0 and 1."""
    if not items:
        return None
    share, z2 = hits / items, _Z * _Z
    middle = (share + z2 / (2 * items)) / (1 + z2 / items)
    reach = _Z / (1 + z2 / items) * (share * (1 - share) / items + z2 / (4 * items**2)) ** 0.5
    return Share(share, max(middle - reach, 0.0), min(middle + reach, 1.0), items)


def fit(examples: FloatArray, accuracy: FloatArray) -> tuple[float, float]:
    """a and b of accuracy = 1 - a / examples^b, by least squares of the logarithms; b >= 0."""
    errors = np.log(np.maximum(1.0 - accuracy, 1e-4))
    slope, start = np.polyfit(np.log(examples), errors, 1)
    if slope > 0:  # worse with more examples is chance, or another test set
        return float(np.exp(errors.mean())), 0.0
    return float(np.exp(start)), float(-slope)


def _agreement(workspace: Workspace) -> ModelAgreement | None:
    store = workspace.store
    model = predictions.latest_model(store)
    if model is None:
        return None
    earlier = [one for one in models_of_kind(store, model) if one != model]
    messages = queue.free_text_messages(store, workspace.bot)
    order = np.random.default_rng(0).permutation(len(messages))[:STOP_SET]
    drawn = [messages[at][1] for at in order]
    now = _answers(workspace, model, drawn)
    for other in earlier:
        before = _answers(workspace, other, drawn)
        both = [utterance for utterance in drawn if utterance in now and utterance in before]
        if both:
            agreed = kappa([before[one] for one in both], [now[one] for one in both])
            found = 1.0 if agreed is None else agreed
            return ModelAgreement(found, bound(found), len(both))
    return None


def _answers(workspace: Workspace, model: str, utterances: list[int]) -> dict[int, str]:
    ids, batch = predictions.read(workspace.store, model, utterances)
    best = batch.probabilities.argmax(axis=1) if len(ids) else []
    return {one: batch.labels[at] for one, at in zip(ids.tolist(), best, strict=True)}


def _audit(workspace: Workspace) -> tuple[Share | None, Share | None]:
    """Accuracy of the model in use where there is an intent, and the share where there is none."""
    answers = decisions.audit_answers(workspace.store, workspace.bot)
    strangers = sum(one.outcome is Outcome.OUT_OF_SCOPE for one in answers)
    name = workspace.settings.apply.out_of_scope_intent
    gold = [
        (one.utterance, one.intent if one.outcome is Outcome.LABELLED else name) for one in answers
    ]
    model = predictions.latest_model(workspace.store)
    said = _answers(workspace, model, [one for one, _ in gold]) if model else {}
    judged = [(intent, said[one]) for one, intent in gold if intent and one in said]
    hits = sum(intent == found for intent, found in judged)
    return wilson(hits, len(judged)), wilson(strangers, len(answers))


def _forecast(workspace: Workspace) -> Forecast | None:
    """From the last verdict on each run: examples learned from, and accuracy on all test sets."""
    points: dict[int, float] = {}
    for number in verdicts.judged_runs(workspace.store):
        judged = verdicts.judged(workspace.store, number)
        overall = None if judged is None else judged.figures.get("overall")
        if judged is not None and overall and judged.examples:
            points[judged.examples] = float(overall["after"])
    if len(points) < _LEAST_RUNS:
        return None
    examples = np.array(sorted(points), dtype=np.float32)
    a, b = fit(examples, np.array([points[int(one)] for one in examples], dtype=np.float32))
    last, batch = float(examples[-1]), workspace.settings.select.size
    return Forecast(1 - a * last**-b, 1 - a * (last + batch) ** -b, batch, len(points))
