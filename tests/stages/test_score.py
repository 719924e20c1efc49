"""How unsure are the models: of their own predictions, and of those that the log holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from intent_al import steps
from intent_al.errors import NotEnoughDataError, UsageError
from intent_al.project.config import find_project
from intent_al.stages.score import ScoreReport, as_batch, score
from intent_al.store.utterances import Logged
from intent_al.strategies import scores
from intent_al.strategies.registry import of_predictions
from intent_al.workspace import Workspace
from tests.support import small_bot


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    bot = small_bot.make(tmp_path_factory.mktemp("score") / "bot")
    with Workspace(find_project(bot)) as opened:
        steps.pull(opened)
        steps.predict(opened)
        yield opened


def scored(workspace: Workspace, **options: object) -> ScoreReport:
    return score(workspace.store, bot=workspace.bot, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("strategy", of_predictions())
def test_the_highest_score_comes_first_with_its_reason(workspace: Workspace, strategy: str) -> None:
    report = scored(workspace, strategy=strategy, limit=10)
    values = [row.score for row in report.rows]
    assert values == sorted(values, reverse=True)
    assert len(values) == 10
    everything = scored(workspace, strategy=strategy, limit=1000)
    assert everything.rows[:10] == report.rows
    assert len(everything.rows) == report.scored
    for row in everything.rows:
        assert row.reason
        assert 0 <= row.score <= 1
        assert row.said >= row.senders >= 1


def test_the_columns_are_the_scores_of_the_same_names(workspace: Workspace) -> None:
    for name in ("margin", "least_confidence", "entropy", "entity_ambiguity"):
        for row in scored(workspace, strategy=name, limit=5).rows:
            assert getattr(row, name) == pytest.approx(row.score, abs=1e-6)


def test_the_log_scores_what_the_bot_predicted(workspace: Workspace) -> None:
    report = scored(workspace, strategy="margin", logged=True, limit=3)
    for row in report.rows:
        assert (row.intent, row.confidence) == ("refund_status", 0.5)
        assert row.margin == pytest.approx(0.75)
        assert row.reason == "0.25 between refund_status and greet"
        assert row.entity_ambiguity is None
        assert row.truncated


def test_a_ranking_with_all_intents_is_taken_as_it_is() -> None:
    logged = [
        Logged((("a", 0.5), ("b", 0.3), ("c", 0.2)), True, False, "m"),
        Logged((("c", 0.9), ("a", 0.1), ("b", 0.0)), True, False, "m"),
    ]
    batch = as_batch(logged)
    assert batch.labels == ("a", "b", "c")
    np.testing.assert_allclose(batch.probabilities, [[0.5, 0.3, 0.2], [0.1, 0.0, 0.9]], atol=1e-6)


def test_what_a_ranking_leaves_out_changes_neither_margin_nor_confidence() -> None:
    logged = [
        Logged((("a", 0.5), ("b", 0.05)), False, False, None),
        Logged(tuple((name, 0.1) for name in "abcdefghij"), True, False, None),
    ]
    batch = as_batch(logged)
    assert scores.margin(batch.probabilities)[0] == pytest.approx(0.55)
    assert batch.probabilities[0].max() == pytest.approx(0.5)
    assert batch.probabilities[0].sum() <= 1.0


def test_unknown_strategies_name_the_nearest(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="did you mean 'entropy'"):
        scored(workspace, strategy="entropie")
    with pytest.raises(UsageError, match="uncertainty, margin"):
        scored(workspace, strategy="zzz")
    with pytest.raises(UsageError, match="no log holds"):
        scored(workspace, strategy="entity_ambiguity", logged=True)


def test_without_predictions_it_says_what_to_run(tmp_path: Path) -> None:
    bot = small_bot.make(tmp_path / "bot")
    with Workspace(find_project(bot)) as empty:
        with pytest.raises(NotEnoughDataError, match="intent-al predict"):
            scored(empty)
        with pytest.raises(NotEnoughDataError, match="leave --logged away"):
            scored(empty, logged=True)
