"""What has changed from one model to the next, counted on the same labelled texts.

Says nothing about whether that is good enough: the gate does, and the demo and the report show the
same figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intent_al.evaluation import metrics, paired
from intent_al.evaluation.answers import Answers
from intent_al.evaluation.calibration import Calibration
from intent_al.records import Example

KEPT_CHANGES = 500
KEPT_CONFUSIONS = 2_000
KEPT_CHARACTERS = 1_000
"""Figures are stored with every verdict: one bad model must not fill the database with texts."""


@dataclass(frozen=True, slots=True)
class TestSet:
    """Labelled texts that a model is judged by, masked like the log."""

    name: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class IntentRow:
    """One intent of one test set: F1 in [0, 1], before and after."""

    intent: str
    support: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class SetFigures:
    """One test set; accuracies and entity F1 in [0, 1], ``low`` and ``high`` bound the gain."""

    name: str
    items: int
    before: float
    after: float
    low: float
    high: float
    entities_before: float
    entities_after: float
    intents: tuple[IntentRow, ...]
    calibration_before: Calibration | None = None
    calibration_after: Calibration | None = None


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """A text that the two models answer differently; confidences are those of their answers."""

    text: str
    intent: str
    before: str
    after: str
    confidence_before: float
    confidence_after: float
    right_before: bool
    right_after: bool
    set: str


@dataclass(frozen=True, slots=True)
class Changes:
    """How many answers changed, and the first of them, newly wrong before newly right."""

    newly_wrong: int = 0
    newly_right: int = 0
    wrong_otherwise: int = 0
    answers: tuple[ChangedAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Confusion:
    """Texts of one intent that were taken for another one: how many before, how many after."""

    intent: str
    taken_for: str
    before: int
    after: int


def figures_of(
    name: str,
    examples: Sequence[Example],
    before: Answers,
    after: Answers,
    rng: np.random.Generator,
) -> SetFigures:
    """The figures of one test set with at least one text."""
    gold = [example.intent for example in examples]
    difference = paired.paired_bootstrap(before.right, after.right, rng)
    then = metrics.per_intent(gold, before.intents)
    rows = tuple(
        IntentRow(intent, now.support, then[intent].f1, now.f1)
        for intent, now in metrics.per_intent(gold, after.intents).items()
        if now.support
    )
    return SetFigures(
        name,
        len(gold),
        before.accuracy,
        after.accuracy,
        difference.low,
        difference.high,
        before.entity_f1,
        after.entity_f1,
        rows,
        before.calibration,
        after.calibration,
    )


def changes(tests: Sequence[TestSet], before: Answers, after: Answers) -> Changes:
    """What the two models answer differently; the answers are to all texts of ``tests``, in order.

    Newly wrong comes first, then newly right, then what is wrong in another way; within each, what
    the newer model is surest of.
    """
    asked = [(test.name, example) for test in tests for example in test.examples]
    found = [
        ChangedAnswer(
            _cut(example.text),
            example.intent,
            before.intents[row],
            after.intents[row],
            float(before.confidence[row]),
            float(after.confidence[row]),
            bool(before.right[row]),
            bool(after.right[row]),
            name,
        )
        for row, (name, example) in enumerate(asked)
        if before.intents[row] != after.intents[row]
    ]
    found.sort(
        key=lambda one: (not one.right_before, not one.right_after, -one.confidence_after, one.text)
    )
    counts = Counter((one.right_before, one.right_after) for one in found)
    return Changes(
        counts[True, False], counts[False, True], counts[False, False], tuple(found[:KEPT_CHANGES])
    )


def confusions(gold: Sequence[str], before: Answers, after: Answers) -> tuple[Confusion, ...]:
    """Which intents are taken for which, the most frequent of the newer model first."""
    then, now = (
        Counter(pair for pair in zip(gold, answers.intents, strict=True) if pair[0] != pair[1])
        for answers in (before, after)
    )
    pairs = [Confusion(*pair, then[pair], now[pair]) for pair in then | now]
    pairs.sort(key=lambda one: (-one.after, -one.before, one.intent, one.taken_for))
    return tuple(pairs[:KEPT_CONFUSIONS])


def _cut(text: str) -> str:
    return text if len(text) <= KEPT_CHARACTERS else text[: KEPT_CHARACTERS - 1] + "…"
