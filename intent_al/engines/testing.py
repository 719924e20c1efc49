"""What every engine promises, as checks that anybody who writes one can run.

Let pytest collect the class, with an open engine and its project as fixtures::

    class TestMine(EngineContract):
        @pytest.fixture
        def project(self, tmp_path):
            ...  # a bot that has a model in use

        @pytest.fixture
        def engine(self, project):
            return MyEngine(project)

Each check is a function of an engine and a project that raises AssertionError. An engine that
cannot train says why, and is then only asked.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from intent_al.engines.base import Engine
from intent_al.errors import IntentAlError, NotEnoughDataError
from intent_al.nlu.base import Model
from intent_al.plugins import checks_of, with_tests
from intent_al.project.config import Project
from intent_al.records import Example
from intent_al.training_data.dialects.operations import AddExample
from intent_al.training_data.of_project import dialect_in, read_training_data

TEXTS = ("hello there", "", "one two three four five", "👍", "x" * 500)
_NEW = "a sentence that only the check has added"


def check_it_says_what_it_is(engine: Engine, project: Project) -> None:
    """A name to store models under, and how much it predicts between two commits."""
    assert engine.name.isidentifier()
    assert engine.chunk >= 1
    assert isinstance(engine.calibrated, bool)
    assert engine.untrainable is None or engine.untrainable.strip()


def check_the_model_in_use_is_known_without_opening_it(engine: Engine, project: Project) -> None:
    """The same id each time, and that of the model that is opened by it."""
    live = engine.live()
    assert live == engine.live()
    assert engine.open(live).model_id == live
    assert engine.served() in (None, live)


def check_it_predicts_a_row_a_text(engine: Engine, project: Project) -> None:
    """Probabilities that sum to 1, of the model's own labels, whatever was typed."""
    _check_batch(engine.open(engine.live()))


def check_a_model_that_is_gone_is_no_other(engine: Engine, project: Project) -> None:
    """Predictions are stored under an id: they must not be those of another model."""
    try:
        model = engine.open("no-such-model")
    except NotEnoughDataError:
        return
    assert engine.untrainable is not None, "a model that there is not was opened"
    assert model.model_id == engine.live(), "the only model that can be asked has another id"


def check_what_cannot_be_trained_says_so(engine: Engine, project: Project) -> None:
    """In words, before anything is begun."""
    if engine.untrainable is None:
        return
    said = None
    try:
        engine.recipe(project)
    except IntentAlError as error:
        said = error.message
    assert said == engine.untrainable, "it has a recipe for what it cannot train"


def check_equal_files_have_equal_recipes(engine: Engine, project: Project) -> None:
    """And others another: a verdict is about one recipe, and is not asked for twice."""
    if engine.untrainable is not None:
        return
    with _copy(project) as same, _copy(project) as other:
        _teach(other)
        recipe = engine.recipe(same)
        assert recipe.key == engine.recipe(project).key
        assert recipe.data_hash == engine.recipe(project).data_hash
        assert engine.recipe(other).key != recipe.key
        assert engine.recipe(other).data_hash != recipe.data_hash
        assert engine.recipe(other).examples == recipe.examples + 1
        assert (recipe.engine, recipe.decision) == (engine.name, None)
        assert engine.recipe(same, 7).decision == 7


def check_everything_that_is_trained_from_is_named(engine: Engine, project: Project) -> None:
    """What is named is copied before a training, so that nothing changes under it."""
    if engine.untrainable is not None:
        return
    named = engine.trained_from(project)
    for path in dialect_in(project).data_files(project.data_paths):
        assert any(path == one or path.is_relative_to(one) for one in named), path


def check_a_candidate_is_trained_beside_what_is_live(engine: Engine, project: Project) -> None:
    """It can be asked by its id; the bot's files and the model in use are what they were."""
    if engine.untrainable is not None:
        return
    before, live = _bytes(project), engine.live()
    with _copy(project) as bot:
        _teach(bot)
        trained = engine.train(bot, engine.recipe(bot))
    assert trained.model != live
    assert engine.open(trained.model).model_id == trained.model
    _check_batch(engine.open(trained.model))
    assert engine.live() == live
    assert _bytes(project) == before, "the bot's own files have changed"
    assert trained.archive is None or engine.keeps(trained.archive)
    assert not engine.keeps("no-such-archive")


def check_what_went_live_comes_back(engine: Engine, project: Project) -> None:
    """Where archives go live at all."""
    releases = engine.releases
    if releases is None or engine.untrainable is not None:
        return
    assert releases.where
    live, model = releases.live(), engine.live()
    assert live is not None
    with _copy(project) as bot:
        _teach(bot)
        trained = engine.train(bot, engine.recipe(bot))
    assert trained.archive is not None, "nothing to bring live"
    release = releases.release(trained.archive, "tried-by-the-contract")
    assert (release.model, release.archive, release.replaced) == (
        trained.model,
        releases.live(),
        live,
    )
    assert engine.live() == engine.served() == trained.model
    back = releases.bring_back(live)
    assert (back.model, back.replaced, releases.live()) == (model, release.archive, live)
    releases.delete([str(release.archive), "gone-already"])
    assert engine.live() == model
    try:
        releases.bring_back("no-such-archive")
    except NotEnoughDataError:
        return
    raise AssertionError("an archive that is gone was brought back")


def check_dialogues_are_counted_or_not_at_all(engine: Engine, project: Project) -> None:
    """Never more failures than dialogues."""
    if engine.untrainable is not None:
        assert engine.story_figures("a", "a") is None
        return
    found = engine.story_figures(engine.live(), engine.live())
    assert found is None or 0 <= len(found.failed) <= found.failed_after <= found.total


def check_it_can_be_closed_twice(engine: Engine, project: Project) -> None:
    """As a project that is left in the middle of an error may be; and asked again afterwards."""
    engine.close()
    engine.close()
    assert engine.open(engine.live()).model_id == engine.live()


def _check_batch(model: Model) -> None:
    batch = model.predict(TEXTS)
    assert batch.labels == model.labels
    assert len(set(model.labels)) == len(model.labels) >= 2
    assert batch.probabilities.shape == (len(TEXTS), len(model.labels))
    assert batch.probabilities.dtype == np.float32
    np.testing.assert_allclose(batch.probabilities.sum(axis=1), 1.0, atol=1e-3)
    assert (batch.probabilities >= 0).all()
    spans = batch.spans
    assert ((spans.row >= 0) & (spans.row < len(TEXTS))).all()
    assert (spans.start < spans.end).all()


@contextmanager
def _copy(project: Project) -> Iterator[Project]:
    """A copy of the bot, as a candidate is trained in one."""
    with tempfile.TemporaryDirectory(prefix="intent-al-") as folder:
        root = Path(folder) / "bot"
        left_out = shutil.ignore_patterns(".intent-al", "models", ".git", ".rasa")
        shutil.copytree(project.root, root, ignore=left_out)
        yield replace(project, root=root)


def _teach(bot: Project) -> None:
    """One more example of the first intent."""
    dialect = dialect_in(bot)
    known = read_training_data(bot)
    example = Example(_NEW, known.intents()[0])
    path = next(one.place.path for one in known.examples if one.example.intent == example.intent)
    path.write_bytes(dialect.edit(path.read_bytes(), [AddExample(example)], path).after)


def _bytes(project: Project) -> dict[Path, bytes]:
    files = dialect_in(project).data_files(project.data_paths)
    return {path: path.read_bytes() for path in files}


CHECKS = checks_of(globals())


class EngineContract:
    """Subclass, and give it the fixtures ``engine`` and ``project``; each check becomes a test."""


with_tests(EngineContract, CHECKS)
