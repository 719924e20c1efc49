"""May the candidate go live?

Writes ``verdict``. Candidate and current model are trained from their own examples again and asked
about the same held-out texts; the difference is judged with its uncertainty, not by its sign.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from intent_al.errors import ConfigError, NotEnoughDataError
from intent_al.evaluation import metrics, paired
from intent_al.nlu.base import Model
from intent_al.records import Example
from intent_al.store import Store, runs

PASSED, REFUSED, INCONCLUSIVE = "passed", "refused", "inconclusive"


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


@dataclass(frozen=True, slots=True)
class GateReport:
    """``outcome`` is passed, refused or inconclusive; ``reasons`` say why."""

    outcome: str
    reasons: tuple[str, ...]
    candidate: str
    current: str | None
    sets: tuple[SetFigures, ...]
    overall: SetFigures


def gate(
    store: Store,
    load: Callable[[str], Model],
    tests: Sequence[TestSet],
    *,
    current_id: str | None = None,
    tolerance: float = 0.01,
    minimum_items: int = 20,
    seed: int = 0,
    clock: Callable[[], float] = time.time,
) -> GateReport:
    """Judge the last run. Passes when the lower 95 % bound of the gain is at least ``-tolerance``.

    Refused is one that got worse over all, or for certain on one set: a gain on a big test file
    must not hide a loss on real traffic. ``load`` opens a model by its id; ``current_id`` is what
    is live, where that is known better than from earlier runs.

    Raises NotEnoughDataError without a run, ConfigError without any test set.
    """
    run = runs.latest_run(store)
    if run is None:
        raise NotEnoughDataError("there is no candidate yet: run `intent-al retrain` first")
    if not any(test.examples for test in tests):
        raise ConfigError("nothing to judge by: name test files in [gate] test")
    current_id = current_id or runs.current_model(store, run.model)
    candidate = load(run.model)
    current = None if current_id is None else load(current_id)
    report = judge(candidate, current, tests, tolerance, minimum_items, seed)
    runs.write_verdict(
        store, run=run.id, outcome=report.outcome, figures=figures(report), now=clock()
    )
    return report


def judge(
    candidate: Model,
    current: Model | None,
    tests: Sequence[TestSet],
    tolerance: float,
    minimum_items: int,
    seed: int,
) -> GateReport:
    """The comparison itself; no current model means that any candidate is better than none."""
    rng = np.random.default_rng(seed)
    sets = tuple(_figures(test, candidate, current, rng) for test in tests if test.examples)
    pooled = TestSet("all", tuple(example for test in tests for example in test.examples))
    overall = _figures(pooled, candidate, current, rng)
    outcome, reasons = _verdict(overall, sets, current is None, tolerance, minimum_items)
    return GateReport(
        outcome,
        reasons,
        candidate.model_id,
        None if current is None else current.model_id,
        sets,
        overall,
    )


def figures(report: GateReport) -> dict[str, object]:
    """The report as plain JSON types."""
    return asdict(report)


def _verdict(
    overall: SetFigures, sets: Sequence[SetFigures], first: bool, tolerance: float, minimum: int
) -> tuple[str, tuple[str, ...]]:
    words = _in_words(overall)
    if overall.items < minimum:
        return INCONCLUSIVE, (f"{overall.items} test items, {minimum} are needed", words)
    if first:
        return PASSED, ("there is no model before it", words)
    worse = [item for item in sets if item.items >= minimum and item.high < -tolerance]
    if worse:
        return REFUSED, (*(f"worse on {item.name}: {_in_words(item)}" for item in worse), words)
    if overall.low >= -tolerance:
        return PASSED, (words,)
    if overall.after < overall.before:
        return REFUSED, (f"may be worse by more than {tolerance:.1%}", words)
    return INCONCLUSIVE, (f"cannot exclude a loss of {tolerance:.1%}: more test items", words)


def _in_words(row: SetFigures) -> str:
    return (
        f"accuracy {row.before:.1%} -> {row.after:.1%} on {row.items:,} items, a gain between "
        f"{100 * row.low:+.1f} and {100 * row.high:+.1f} points (95 %)"
    )


def _figures(
    test: TestSet, candidate: Model, current: Model | None, rng: np.random.Generator
) -> SetFigures:
    gold = [example.intent for example in test.examples]
    after = _ask(candidate, test)
    before = after if current is None else _ask(current, test)
    difference = paired.paired_bootstrap(before.right, after.right, rng)
    then = metrics.per_intent(gold, before.intents)
    rows = tuple(
        IntentRow(intent, now.support, then[intent].f1, now.f1)
        for intent, now in metrics.per_intent(gold, after.intents).items()
        if now.support
    )
    return SetFigures(
        test.name,
        len(gold),
        float(before.right.mean()),
        float(after.right.mean()),
        difference.low,
        difference.high,
        before.entity_f1,
        after.entity_f1,
        rows,
    )


@dataclass(frozen=True, slots=True)
class _Answers:
    intents: list[str]
    right: npt.NDArray[np.bool_]
    entity_f1: float


def _ask(model: Model, test: TestSet) -> _Answers:
    batch = model.predict([example.text for example in test.examples])
    intents = [model.labels[i] for i in batch.probabilities.argmax(axis=1)]
    right = np.array(
        [said == example.intent for said, example in zip(intents, test.examples, strict=True)]
    )
    entities = metrics.entity_quality([example.entities for example in test.examples], batch.spans)
    return _Answers(intents, right, entities.f1)
