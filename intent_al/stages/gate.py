"""May the candidate go live?

Writes ``verdict``. Candidate and current model are asked about the same held-out texts; the
difference is judged with its uncertainty, not by its sign. What the verdict rests on is stored with
it, so that a report needs no model.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from intent_al.errors import ConfigError, NotEnoughDataError
from intent_al.evaluation import comparison
from intent_al.evaluation.answers import Answers
from intent_al.evaluation.comparison import (
    ChangedAnswer,
    Changes,
    Confusion,
    IntentRow,
    SetFigures,
    TestSet,
)
from intent_al.nlu.base import Model
from intent_al.records import Example
from intent_al.store import Store, runs

__all__ = [
    "INCONCLUSIVE",
    "PASSED",
    "REFUSED",
    "ChangedAnswer",
    "GateReport",
    "IntentRow",
    "Limits",
    "SetFigures",
    "StoryFigures",
    "TestSet",
    "asked",
    "figures",
    "gate",
    "judge",
]

PASSED, REFUSED, INCONCLUSIVE = "passed", "refused", "inconclusive"
INTENT_ITEMS = 20
"""With fewer test items, one answer moves the F1 of an intent by more than luck should."""
NAMED = 5
"""Of intents and stories that a reason names; all are in the figures."""
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class StoryFigures:
    """The bot's own test stories; ``failed`` names those that the candidate fails."""

    total: int
    failed_before: int
    failed_after: int
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What was put up with: losses of accuracy and of an intent's F1, as fractions."""

    tolerance: float
    minimum_items: int
    intent_tolerance: float
    intent_items: int = INTENT_ITEMS


@dataclass(frozen=True, slots=True)
class GateReport:
    """``outcome`` is passed, refused or inconclusive; ``reasons`` say why.

    ``broken`` are the intents that lost more than they may; changes and confusions are those on all
    test sets together.
    """

    outcome: str
    reasons: tuple[str, ...]
    candidate: str
    current: str | None
    sets: tuple[SetFigures, ...]
    overall: SetFigures
    broken: tuple[IntentRow, ...] = ()
    changes: Changes = Changes()
    confusions: tuple[Confusion, ...] = ()
    stories: StoryFigures | None = None
    limits: Limits | None = None


def gate(
    store: Store,
    load: Callable[[str], Model],
    tests: Sequence[TestSet],
    *,
    current_id: str | None = None,
    tolerance: float = 0.01,
    minimum_items: int = 20,
    intent_tolerance: float = 0.2,
    stories: StoryFigures | None = None,
    seed: int = 0,
    clock: Callable[[], float] = time.time,
) -> GateReport:
    """Judge the last run. Passes when the lower 95 % bound of the gain is at least ``-tolerance``.

    Refused is one that got worse over all, or for certain on one set: a gain on a big test file
    must not hide a loss on real traffic. Refused is one, too, that loses more than
    ``intent_tolerance`` of the F1 of an intent with 20 test items, or fails more of the bot's test
    stories. ``load`` opens a model by its id; ``current_id`` is what is live, where that is known
    better than from earlier runs.

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
    report = judge(
        candidate,
        current,
        tests,
        tolerance,
        minimum_items,
        seed,
        intent_tolerance=intent_tolerance,
        stories=stories,
    )
    runs.write_verdict(
        store,
        run=run.id,
        outcome=report.outcome,
        figures=figures(report),
        against=current_id,
        asked=asked(tests),
        now=clock(),
    )
    return report


def judge(
    candidate: Model,
    current: Model | None,
    tests: Sequence[TestSet],
    tolerance: float,
    minimum_items: int,
    seed: int,
    *,
    intent_tolerance: float = 0.2,
    stories: StoryFigures | None = None,
) -> GateReport:
    """The comparison itself; no current model means that any candidate is better than none."""
    rng = np.random.default_rng(seed)
    tests = [test for test in tests if test.examples]
    examples = [example for test in tests for example in test.examples]
    after = _ask(candidate, examples)
    before = after if current is None else _ask(current, examples)
    sets = []
    start = 0
    for test in tests:
        stop = start + len(test.examples)
        parts = before.part(start, stop), after.part(start, stop)
        sets.append(comparison.figures_of(test.name, test.examples, *parts, rng))
        start = stop
    overall = comparison.figures_of("all", examples, before, after, rng)
    limits = Limits(tolerance, minimum_items, intent_tolerance)
    broken = broken_intents(overall, limits)
    outcome, reasons = _verdict(overall, sets, broken, stories, current is None, limits)
    return GateReport(
        outcome,
        reasons,
        candidate.model_id,
        None if current is None else current.model_id,
        tuple(sets),
        overall,
        broken,
        comparison.changes(tests, before, after),
        comparison.confusions([example.intent for example in examples], before, after),
        stories,
        limits,
    )


def figures(report: GateReport) -> dict[str, object]:
    """The report as plain JSON types."""
    return asdict(report)


def asked(tests: Sequence[TestSet]) -> str:
    """A hash of what a model is judged by: while it is the same, so is the verdict."""
    items = [[test.name, [asdict(example) for example in test.examples]] for test in tests]
    return hashlib.sha256(json.dumps(items).encode()).hexdigest()


def broken_intents(overall: SetFigures, limits: Limits) -> tuple[IntentRow, ...]:
    """Intents with enough test items that lost more F1 than they may, the greatest loss first."""
    broken = [
        row
        for row in overall.intents
        if row.support >= limits.intent_items
        and row.before - row.after > limits.intent_tolerance + ROUNDING
    ]
    return tuple(sorted(broken, key=lambda row: (row.after - row.before, row.intent)))


def _verdict(
    overall: SetFigures,
    sets: Sequence[SetFigures],
    broken: Sequence[IntentRow],
    stories: StoryFigures | None,
    first: bool,
    limits: Limits,
) -> tuple[str, tuple[str, ...]]:
    """What is wrong for certain refuses even where the items are too few for all the rest."""
    words = _in_words(overall)
    minimum, tolerance = limits.minimum_items, limits.tolerance
    refusals = [] if first else [*_broken_stories(stories), *_broken_limits(broken, limits)]
    if overall.items < minimum and not refusals:
        return INCONCLUSIVE, (f"{overall.items} test items, {minimum} are needed", words)
    if first:
        return PASSED, ("there is no model before it", words)
    refusals += [
        f"worse on {item.name}: {_in_words(item)}"
        for item in sets
        if item.items >= minimum and item.high < -tolerance
    ]
    if refusals:
        return REFUSED, (*refusals, words)
    if overall.low >= -tolerance:
        return PASSED, (words,)
    if overall.after < overall.before:
        return REFUSED, (f"may be worse by more than {tolerance:.1%}", words)
    return INCONCLUSIVE, (f"cannot exclude a loss of {tolerance:.1%}: more test items", words)


def _broken_stories(stories: StoryFigures | None) -> list[str]:
    if stories is None or stories.failed_after <= stories.failed_before:
        return []
    return [
        f"fails {stories.failed_after} of {stories.total} test stories, the current model "
        f"{stories.failed_before}: {_some(stories.failed)}"
    ]


def _broken_limits(broken: Sequence[IntentRow], limits: Limits) -> list[str]:
    if not broken:
        return []
    rows = [f"{row.intent} (F1 {row.before:.2f} -> {row.after:.2f})" for row in broken]
    return [f"more than {limits.intent_tolerance:.2f} of F1 lost on {_some(rows)}"]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def _in_words(row: SetFigures) -> str:
    return (
        f"accuracy {row.before:.1%} -> {row.after:.1%} on {row.items:,} items, a gain between "
        f"{100 * row.low:+.1f} and {100 * row.high:+.1f} points (95 %)"
    )


def _ask(model: Model, examples: Sequence[Example]) -> Answers:
    return Answers.of(examples, model.predict([example.text for example in examples]))
