"""The verdict, on models whose every answer is written down here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from intent_al.errors import ConfigError, NotEnoughDataError
from intent_al.evaluation.verdict import broken_intents
from intent_al.records import Entity, Example, PredictionBatch, SpanBatch
from intent_al.stages.gate import (
    INCONCLUSIVE,
    PASSED,
    REFUSED,
    GateReport,
    IntentRow,
    Limits,
    StoryFigures,
    asked,
    figures,
    gate,
    judge,
)
from intent_al.stages.gate import TestSet as HeldOut
from intent_al.store import Store, runs

LABELS = ("yes", "no")


@dataclass(frozen=True)
class Knows:
    """Answers "yes" to all texts but those in ``wrong``; marks ``spans`` as entity "x"."""

    model_id: str
    wrong: frozenset[str] = frozenset()
    spans: Mapping[str, tuple[int, int]] | None = None
    labels: tuple[str, ...] = LABELS

    def predict(self, texts: Sequence[str]) -> PredictionBatch:
        probabilities = np.array(
            [[0.0, 1.0] if text in self.wrong else [1.0, 0.0] for text in texts], dtype=np.float32
        )
        found = [
            (row, *(self.spans or {})[text])
            for row, text in enumerate(texts)
            if text in (self.spans or {})
        ]
        columns = np.array(found, dtype=np.int32).reshape(-1, 3)
        batch = SpanBatch(
            ("x",),
            columns[:, 0],
            columns[:, 1],
            columns[:, 2],
            np.zeros(len(found), dtype=np.int32),
            np.ones(len(found), dtype=np.float32),
            np.ones(len(found), dtype=np.bool_),
        )
        return PredictionBatch(self.labels, probabilities, batch)


@dataclass(frozen=True)
class Mixed:
    """Answers "yes" for certain, but "no" to the texts in ``sure``, with that confidence."""

    model_id: str
    sure: Mapping[str, float]
    labels: tuple[str, ...] = LABELS

    def predict(self, texts: Sequence[str]) -> PredictionBatch:
        no = np.array([self.sure.get(text, 0.0) for text in texts], dtype=np.float32)
        return PredictionBatch(self.labels, np.stack([1 - no, no], axis=1))


def items(count: int, prefix: str = "t") -> HeldOut:
    return HeldOut(prefix, tuple(Example(f"{prefix}{n}", "yes") for n in range(count)))


def wrong(model_id: str, *places: range | Sequence[int], prefix: str = "t") -> Knows:
    return Knows(model_id, frozenset(f"{prefix}{n}" for place in places for n in place))


def judged(
    candidate: Knows | Mixed,
    current: Knows | Mixed | None,
    *tests: HeldOut,
    tolerance: float = 0.01,
    minimum: int = 20,
    intent_tolerance: float = 0.2,
    stories: StoryFigures | None = None,
) -> GateReport:
    return judge(
        candidate,
        current,
        tests or (items(200),),
        tolerance,
        minimum,
        0,
        intent_tolerance=intent_tolerance,
        stories=stories,
    )


def of_intents(**counts: int) -> HeldOut:
    """Texts that are called as their intent, and numbered."""
    return HeldOut(
        "t",
        tuple(Example(f"{name}{n}", name) for name, count in counts.items() for n in range(count)),
    )


def test_a_better_candidate_passes() -> None:
    report = judged(wrong("new", range(20)), wrong("old", range(80)))
    assert report.outcome == PASSED
    assert (report.overall.before, report.overall.after) == (0.6, 0.9)
    assert 0.2 < report.overall.low < 0.3 < report.overall.high < 0.4


def test_a_worse_candidate_is_refused_with_the_figures() -> None:
    report = judged(wrong("new", range(80)), wrong("old", range(20)))
    assert report.outcome == REFUSED
    assert "90.0% -> 60.0% on 200 items" in report.reasons[-1]


@pytest.mark.parametrize("tolerance", [0.0, 0.01])
def test_a_candidate_that_answers_alike_passes(tolerance: float) -> None:
    report = judged(wrong("new", range(50)), wrong("old", range(50)), tolerance=tolerance)
    assert report.outcome == PASSED
    assert (report.overall.low, report.overall.high) == (0.0, 0.0)


def test_as_many_gains_as_losses_on_few_items_cannot_tell() -> None:
    report = judged(wrong("new", range(5)), wrong("old", range(5, 10)), items(25))
    assert report.outcome == INCONCLUSIVE
    assert "more test items" in report.reasons[0]


def test_a_small_loss_within_the_tolerance_passes() -> None:
    worse_by_one = judged(wrong("new", [0]), wrong("old"), items(1000))
    assert worse_by_one.outcome == PASSED
    assert judged(wrong("new", range(10)), wrong("old"), items(1000)).outcome == REFUSED


def test_too_few_items_never_pass_however_good() -> None:
    report = judged(wrong("new"), wrong("old", range(19)), items(19))
    assert report.outcome == INCONCLUSIVE
    assert "19 test items, 20 are needed" in report.reasons[0]


def test_the_first_model_passes_with_its_figures() -> None:
    report = judged(wrong("new", range(100)), None)
    assert report.outcome == PASSED
    assert report.current is None
    assert report.overall.after == 0.5


def test_a_gain_on_one_set_does_not_hide_a_loss_on_another() -> None:
    big, small = items(1000, "big"), items(50, "small")
    candidate = wrong("new", range(25), prefix="small")
    current = wrong("old", range(300), prefix="big")
    report = judged(candidate, current, big, small)
    assert report.overall.low > 0.2
    assert report.outcome == REFUSED
    assert report.reasons[0].startswith("worse on small: accuracy 100.0% -> 50.0%")


def test_a_loss_on_a_set_that_is_too_small_to_tell_does_not_refuse() -> None:
    candidate = wrong("new", range(9), prefix="small")
    current = wrong("old", range(300), prefix="big")
    assert judged(candidate, current, items(1000, "big"), items(10, "small")).outcome == PASSED


def test_figures_of_each_intent_and_of_entities_are_exact() -> None:
    examples = (
        Example("a", "yes", (Entity("x", 0, 1),)),
        Example("b", "yes"),
        Example("c", "no"),
        Example("d", "no"),
    )
    candidate = Knows("new", frozenset({"c", "d", "b"}), {"a": (0, 1)})
    current = Knows("old", frozenset({"c"}), {"a": (0, 1), "b": (0, 1)})
    (row,) = judged(candidate, current, HeldOut("t", examples)).sets
    assert {item.intent: (item.support, item.before, item.after) for item in row.intents} == {
        "yes": (2, 0.8, pytest.approx(2 / 3)),
        "no": (2, pytest.approx(2 / 3), 0.8),
    }
    assert (row.before, row.after) == (0.75, 0.75)
    assert (row.entities_before, row.entities_after) == (pytest.approx(2 / 3), 1.0)


def test_an_intent_that_loses_too_much_refuses_a_gain_over_all() -> None:
    tests = of_intents(yes=300, no=20)
    said_no = frozenset({f"no{n}" for n in range(20)} | {f"yes{n}" for n in range(60)})
    report = judged(Knows("new"), Knows("old", said_no), tests)
    assert report.overall.low > 0.05
    assert report.outcome == REFUSED
    assert report.reasons[0] == "more than 0.20 of F1 lost on no (F1 0.40 -> 0.00)"
    assert [row.intent for row in report.broken] == ["no"]


@pytest.mark.parametrize(("count", "outcome"), [(20, REFUSED), (19, PASSED)])
def test_the_limit_of_an_intent_holds_from_twenty_items_on(count: int, outcome: str) -> None:
    tests = of_intents(yes=20_000, no=count)
    current = Knows("old", frozenset(f"no{n}" for n in range(count)))
    assert judged(Knows("new"), current, tests).outcome == outcome


@pytest.mark.parametrize(("before", "after"), [(0.8, 0.6), (0.9, 0.7), (1.0, 0.8)])
def test_a_loss_of_exactly_the_limit_is_none_too_many(before: float, after: float) -> None:
    """0.8 - 0.6 is more than 0.2 in binary numbers."""
    limits = Limits(0.01, 20, 0.2)
    overall = judged(wrong("new"), wrong("old")).overall
    rows = (IntentRow("a", 20, before, after), IntentRow("b", 20, before, after - 0.01))
    assert broken_intents(replace(overall, intents=rows), limits) == rows[1:]


def test_a_loss_within_a_wider_limit_is_allowed() -> None:
    tests = of_intents(yes=20_000, no=20)
    current = Knows("old", frozenset(f"no{n}" for n in range(20)))
    assert judged(Knows("new"), current, tests, intent_tolerance=1.0).outcome == PASSED
    assert judged(Knows("new"), current, tests, intent_tolerance=0.99).outcome == REFUSED


def test_a_candidate_that_fails_more_stories_is_refused_by_their_names() -> None:
    names = tuple(f"story {n}" for n in range(7))
    report = judged(wrong("new"), wrong("old"), stories=StoryFigures(9, 6, 7, names))
    assert report.outcome == REFUSED
    assert report.reasons[0] == (
        "fails 7 of 9 test stories, the current model 6: story 0, story 1, story 2, story 3,"
        " story 4 and 2 more"
    )
    few = judged(wrong("new"), wrong("old"), items(5), stories=StoryFigures(9, 6, 7, names))
    assert few.outcome == REFUSED


@pytest.mark.parametrize("current", [wrong("old"), None], ids=["as many", "first"])
def test_stories_that_failed_before_do_not_refuse(current: Knows | None) -> None:
    stories = StoryFigures(3, 0 if current is None else 2, 2, ("a", "b"))
    report = judged(wrong("new"), current, stories=stories)
    assert report.outcome == PASSED
    assert report.stories == stories


def test_changed_answers_come_newly_wrong_first_and_are_counted() -> None:
    candidate = Mixed("new", {"t0": 0.9, "t1": 0.6, "t5": 0.7})
    current = Mixed("old", {"t2": 0.8, "t3": 0.8, "t5": 0.7})
    report = judged(candidate, current, items(30))
    found = report.changes
    assert (found.newly_wrong, found.newly_right, found.wrong_otherwise) == (2, 2, 0)
    assert [one.text for one in found.answers] == ["t0", "t1", "t2", "t3"]
    first = found.answers[0]
    assert (first.intent, first.before, first.after) == ("yes", "yes", "no")
    assert (first.confidence_before, first.confidence_after) == (1.0, pytest.approx(0.9))
    assert (first.right_before, first.right_after, first.set) == (True, False, "t")


def test_what_stays_wrong_in_another_way_is_told_apart() -> None:
    tests = HeldOut("t", tuple(Example(f"t{n}", "maybe") for n in range(30)))
    report = judged(wrong("new", range(4)), wrong("old"), tests)
    assert report.changes.wrong_otherwise == 4
    assert {one.after for one in report.changes.answers} == {"no"}
    assert [(one.taken_for, one.before, one.after) for one in report.confusions] == [
        ("yes", 30, 26),
        ("no", 0, 4),
    ]


def test_a_long_text_is_kept_in_part() -> None:
    tests = HeldOut("t", (Example("x" * 10_000, "yes"), *items(30).examples))
    report = judged(Knows("new", frozenset({"x" * 10_000})), wrong("old"), tests)
    (answer,) = report.changes.answers
    assert len(answer.text) == 1_000
    assert answer.text.endswith("x…")


def test_calibration_of_both_models_is_told() -> None:
    over, fair = Mixed("new", {"t0": 0.95, "t1": 0.95}), Mixed("old", {"t0": 0.6, "t1": 0.6})
    overall = judged(over, fair, items(20)).overall
    before, after = overall.calibration_before, overall.calibration_after
    assert before is not None
    assert after is not None
    assert before.error == pytest.approx(2 * 0.6 / 20)
    assert after.error == pytest.approx(2 * 0.95 / 20)
    assert before.log_loss < after.log_loss
    assert [bar.count for bar in after.bins] == [0] * 9 + [20]


def test_entities_are_counted_for_each_set_by_itself() -> None:
    marked = HeldOut("m", tuple(Example(f"m{n}", "yes", (Entity("x", 0, 1),)) for n in range(20)))
    plain = items(20)
    found = {f"m{n}": (0, 1) for n in range(20)} | {"t0": (0, 1)}
    report = judged(Knows("new", spans=found), Knows("old"), marked, plain)
    assert [row.entities_after for row in report.sets] == [1.0, 0.0]
    assert [row.entities_before for row in report.sets] == [0.0, 0.0]
    assert report.overall.entities_after == pytest.approx(40 / 41)


def test_each_model_is_asked_once_about_all_texts() -> None:
    calls: list[int] = []

    class Counting(Knows):
        def predict(self, texts: Sequence[str]) -> PredictionBatch:
            calls.append(len(texts))
            return super().predict(texts)

    judged(Counting("new"), Counting("old"), items(30), items(20, "u"))
    assert calls == [50, 50]


def test_sets_without_items_are_left_out() -> None:
    report = judged(wrong("new"), wrong("old"), items(30), HeldOut("empty", ()))
    assert [row.name for row in report.sets] == ["t"]
    assert report.overall.items == 30


def test_the_same_seed_gives_the_same_interval() -> None:
    one = judged(wrong("new", range(10)), wrong("old", range(30)))
    assert figures(one) == figures(judged(wrong("new", range(10)), wrong("old", range(30))))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "s.db")


def candidate_of(store: Store, model: str) -> None:
    runs.write_run(store, model=model, examples=1, data_hash="", settings={}, now=1.0)


def load(name: str) -> Knows:
    """ "good" knows all, "bad" half of it."""
    return wrong(name, range(100) if "bad" in name else range(0))


def verdicts(store: Store) -> list[str]:
    return [row[0] for row in store.query("SELECT outcome FROM verdict ORDER BY id")]


def test_a_candidate_is_judged_against_the_last_one_that_passed(store: Store) -> None:
    outcomes = []
    for model in ("bad-1", "good-1", "bad-2", "good-2"):
        candidate_of(store, model)
        report = gate(store, load, [items(200)])
        outcomes.append((report.candidate, report.current, report.outcome))
    assert outcomes == [
        ("bad-1", None, PASSED),
        ("good-1", "bad-1", PASSED),
        ("bad-2", "good-1", REFUSED),
        ("good-2", "good-1", PASSED),
    ]
    assert verdicts(store) == [PASSED, PASSED, REFUSED, PASSED]
    store.close()


def test_a_verdict_says_what_it_was_compared_with_and_asked(store: Store) -> None:
    candidate_of(store, "good")
    gate(store, load, [items(200)], current_id="bad")
    gate(store, load, [items(199)], current_id="bad")
    rows = store.query("SELECT against, asked FROM verdict ORDER BY id")
    assert [row[0] for row in rows] == ["bad", "bad"]
    assert rows[0][1] == asked([items(200)])
    assert rows[1][1] != rows[0][1]
    entity = HeldOut("t", tuple(Example(f"t{n}", "yes", (Entity("x", 0, 1),)) for n in range(200)))
    assert asked([entity]) != asked([items(200)])
    store.close()


def test_without_a_candidate_or_a_test_set_nothing_is_judged(store: Store) -> None:
    with pytest.raises(NotEnoughDataError, match="intent-al retrain"):
        gate(store, load, [items(200)])
    candidate_of(store, "good")
    with pytest.raises(ConfigError, match=r"\[gate\] test"):
        gate(store, load, [HeldOut("audit sample", ())])
    assert verdicts(store) == []
    store.close()
