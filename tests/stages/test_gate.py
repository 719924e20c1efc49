"""The verdict, on models whose every answer is written down here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from intent_al.errors import ConfigError, NotEnoughDataError
from intent_al.records import Entity, Example, PredictionBatch, SpanBatch
from intent_al.stages.gate import (
    INCONCLUSIVE,
    PASSED,
    REFUSED,
    GateReport,
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


def items(count: int, prefix: str = "t") -> HeldOut:
    return HeldOut(prefix, tuple(Example(f"{prefix}{n}", "yes") for n in range(count)))


def wrong(model_id: str, *places: range | Sequence[int], prefix: str = "t") -> Knows:
    return Knows(model_id, frozenset(f"{prefix}{n}" for place in places for n in place))


def judged(
    candidate: Knows, current: Knows | None, *tests: HeldOut, tolerance: float = 0.01
) -> GateReport:
    return judge(candidate, current, tests or (items(200),), tolerance, 20, 0)


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


def test_without_a_candidate_or_a_test_set_nothing_is_judged(store: Store) -> None:
    with pytest.raises(NotEnoughDataError, match="intent-al retrain"):
        gate(store, load, [items(200)])
    candidate_of(store, "good")
    with pytest.raises(ConfigError, match=r"\[gate\] test"):
        gate(store, load, [HeldOut("audit sample", ())])
    assert verdicts(store) == []
    store.close()
