"""No check of the contract is empty: for each there is an engine that it rejects."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from connectors.contract import Check
from intent_al.engines import testing
from intent_al.engines.base import Recipe, Release, Trained
from intent_al.engines.builtin import BuiltinEngine
from intent_al.errors import NotEnoughDataError
from intent_al.evaluation.verdict import StoryFigures
from intent_al.nlu.base import Model
from intent_al.project.config import Project, find_project
from intent_al.records import PredictionBatch
from tests.support import small_bot

pytestmark = pytest.mark.slow


class Nameless(BuiltinEngine):
    name = "no name"


class Idle(BuiltinEngine):
    chunk = 0


class Forgetful(BuiltinEngine):
    """Another id each time it is asked."""

    asked = 0

    def live(self) -> str:
        self.asked += 1
        return f"{super().live()}-{self.asked}"


class Pretender(BuiltinEngine):
    def served(self) -> str:  # type: ignore[override]
        return "another"


class Renamed:
    """A model under another id, or with other numbers."""

    def __init__(self, model: Model, model_id: str | None = None, factor: float = 1.0) -> None:
        self.model_id = model_id or model.model_id
        self.labels = model.labels
        self._model, self._factor = model, factor

    def predict(self, texts: Sequence[str]) -> PredictionBatch:
        batch = self._model.predict(texts)
        scaled = (batch.probabilities * self._factor).astype(np.float32)
        return replace(batch, probabilities=scaled)


class Overconfident(BuiltinEngine):
    def open(self, model_id: str) -> Model:
        return Renamed(super().open(model_id), factor=2.0)


class Obliging(BuiltinEngine):
    """Opens what it has for whatever is asked."""

    def open(self, model_id: str) -> Model:
        return Renamed(super().open(self.live()), model_id)


class Coy(BuiltinEngine):
    untrainable = "cannot be trained"  # type: ignore[assignment]


class Vague(BuiltinEngine):
    """The same recipe whatever the files hold."""

    def recipe(self, bot: Project, decision: int | None = None) -> Recipe:
        return replace(super().recipe(bot, decision), key="always")


class Fickle(BuiltinEngine):
    made = 0

    def recipe(self, bot: Project, decision: int | None = None) -> Recipe:
        self.made += 1
        return replace(super().recipe(bot, decision), key=str(self.made))


class Secretive(BuiltinEngine):
    def trained_from(self, bot: Project) -> list[Path]:
        return []


class Stubborn(BuiltinEngine):
    """The candidate is what was live before."""

    def train(self, bot: Project, recipe: Recipe) -> Trained:
        return Trained(self.live())


class Meddling(BuiltinEngine):
    def train(self, bot: Project, recipe: Recipe) -> Trained:
        path = self._project.data_paths[0] / "nlu.yml"
        path.write_bytes(path.read_bytes() + b"# trained\n")
        return super().train(bot, recipe)


class Careless(BuiltinEngine):
    """Names an archive that it does not keep."""

    def train(self, bot: Project, recipe: Recipe) -> Trained:
        return Trained(super().train(bot, recipe).model, "lost.tar.gz")


class Keeping(BuiltinEngine):
    """Has archives and a place for them."""

    archive = "first"

    def keeps(self, archive: str) -> bool:
        return archive in ("first", "second")

    def train(self, bot: Project, recipe: Recipe) -> Trained:
        self.second = super().train(bot, recipe).model
        return Trained(self.second, "second")

    def live(self) -> str:
        return self.second if self.archive == "second" else super().live()

    def served(self) -> str:  # type: ignore[override]
        return self.live()

    @property
    def releases(self) -> Shelf:  # type: ignore[override]
        return Shelf(self)


class Shelf:
    def __init__(self, engine: Keeping) -> None:
        self.engine, self.where = engine, "shelf"

    def live(self) -> str | None:
        return self.engine.archive

    def release(self, candidate: str, name: str) -> Release:
        before, self.engine.archive = self.engine.archive, candidate
        return Release(self.engine.live(), candidate, before, None)

    def bring_back(self, archive: str) -> Release:
        if archive != "first":
            raise NotEnoughDataError("is gone")
        before, self.engine.archive = self.engine.archive, archive
        return Release(self.engine.live(), archive, before, None)

    def delete(self, archives: Collection[str]) -> None:
        pass


class OneWay(Keeping):
    """What was live before does not come back."""

    @property
    def releases(self) -> Shelf:  # type: ignore[override]
        class Stuck(Shelf):
            def bring_back(self, archive: str) -> Release:
                return Release(self.engine.live(), archive, self.engine.archive, None)

        return Stuck(self)


class Clairvoyant(BuiltinEngine):
    def story_figures(self, candidate: str, current: str) -> StoryFigures:  # type: ignore[override]
        return StoryFigures(1, 0, 2, ("a", "b"))


class Brittle(BuiltinEngine):
    closed = False

    def close(self) -> None:
        assert not self.closed, "closed before"
        self.closed = True


TWINS = {
    Nameless: testing.check_it_says_what_it_is,
    Idle: testing.check_it_says_what_it_is,
    Forgetful: testing.check_the_model_in_use_is_known_without_opening_it,
    Pretender: testing.check_the_model_in_use_is_known_without_opening_it,
    Overconfident: testing.check_it_predicts_a_row_a_text,
    Obliging: testing.check_a_model_that_is_gone_is_no_other,
    Coy: testing.check_what_cannot_be_trained_says_so,
    Vague: testing.check_equal_files_have_equal_recipes,
    Fickle: testing.check_equal_files_have_equal_recipes,
    Secretive: testing.check_everything_that_is_trained_from_is_named,
    Stubborn: testing.check_a_candidate_is_trained_beside_what_is_live,
    Meddling: testing.check_a_candidate_is_trained_beside_what_is_live,
    Careless: testing.check_a_candidate_is_trained_beside_what_is_live,
    OneWay: testing.check_what_went_live_comes_back,
    Clairvoyant: testing.check_dialogues_are_counted_or_not_at_all,
    Brittle: testing.check_it_can_be_closed_twice,
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return find_project(small_bot.make(tmp_path / "bot"))


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.__name__)
def test_a_broken_engine_is_rejected(twin: type[BuiltinEngine], project: Project) -> None:
    with pytest.raises((AssertionError, NotEnoughDataError)):
        TWINS[twin](twin(project), project)


@pytest.mark.parametrize("check", testing.CHECKS, ids=lambda check: check.__name__)
def test_an_engine_with_archives_is_not(check: Check, project: Project) -> None:
    check(Keeping(project), project)


def test_every_check_rejects_somebody() -> None:
    assert set(TWINS.values()) == set(testing.CHECKS)
