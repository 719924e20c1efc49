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
from dataclasses import asdict, dataclass, field

import numpy as np

from intent_al.errors import ConfigError, NotEnoughDataError
from intent_al.evaluation import comparison
from intent_al.evaluation.answers import Answers
from intent_al.evaluation.comparison import Changes, Confusion, IntentRow, SetFigures, TestSet
from intent_al.evaluation.verdict import (
    INCONCLUSIVE,
    PASSED,
    REFUSED,
    Limits,
    StoryFigures,
    broken_intents,
    verdict,
)
from intent_al.nlu.base import Model
from intent_al.records import Example
from intent_al.store import Store, runs
from intent_al.store.runs import Run

__all__ = [
    "INCONCLUSIVE",
    "PASSED",
    "REFUSED",
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
    changes: Changes = field(default_factory=Changes)
    confusions: tuple[Confusion, ...] = ()
    stories: StoryFigures | None = None
    limits: Limits | None = None


def gate(
    store: Store,
    load: Callable[[str], Model],
    tests: Sequence[TestSet],
    *,
    run: Run | None = None,
    current_id: str | None = None,
    tolerance: float = 0.01,
    minimum_items: int = 20,
    intent_tolerance: float = 0.2,
    stories: StoryFigures | None = None,
    seed: int = 0,
    clock: Callable[[], float] = time.time,
) -> GateReport:
    """Judge ``run``, or the last one.

    Passes when the lower 95 % bound of the gain is at least ``-tolerance``. Refused is one that got
    worse over all, or for certain on one set: a gain on a big test file must not hide a loss on
    real traffic. Refused is one, too, that loses more than ``intent_tolerance`` of the F1 of an
    intent with 20 test items, or fails more of the bot's test stories. ``load`` opens a model by
    its id; ``current_id`` is what is live, where that is known better than from earlier runs.

    Raises NotEnoughDataError without a run, ConfigError without any test set.
    """
    run = run or runs.latest_run(store)
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
    outcome, reasons = verdict(overall, sets, broken, stories, current is None, limits)
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


def _ask(model: Model, examples: Sequence[Example]) -> Answers:
    return Answers.of(examples, model.predict([example.text for example in examples]))
