"""A candidate is what the files hold now, remembered so that it can be judged later."""

from __future__ import annotations

from pathlib import Path

from intent_al import steps
from intent_al.nlu import snapshots
from intent_al.project.config import find_project
from intent_al.store import runs
from intent_al.workspace import Workspace
from tests.support import small_bot


def test_a_candidate_remembers_its_examples(tmp_path: Path) -> None:
    bot = small_bot.make(tmp_path / "bot")
    with Workspace(find_project(bot)) as workspace:
        report = steps.retrain(workspace)
        run = runs.latest_run(workspace.store)
        assert run is not None
        assert (run.id, run.model, run.examples) == (report.run, report.model, report.examples)
        kept = snapshots.load(workspace.project.snapshots, report.model)
        assert kept == list(workspace.training_data.distinct())
        assert (report.examples, report.intents) == (30, 5)


def test_the_same_files_give_the_same_candidate_and_others_another(tmp_path: Path) -> None:
    bot = small_bot.make(tmp_path / "bot")
    models = []
    for lines in ("", "", "    - one more line\n"):
        nlu = bot / "data" / "nlu.yml"
        nlu.write_text(nlu.read_text() + lines)
        with Workspace(find_project(bot)) as workspace:
            models.append(steps.retrain(workspace).model)
    assert models[0] == models[1] != models[2]


def test_nothing_goes_live_and_no_file_changes(tmp_path: Path) -> None:
    bot = small_bot.make(tmp_path / "bot")
    before = {path: path.read_bytes() for path in bot.rglob("*.yml")}
    with Workspace(find_project(bot)) as workspace:
        steps.retrain(workspace)
        assert workspace.store.count("SELECT count(*) FROM verdict") == 0
    assert {path: path.read_bytes() for path in bot.rglob("*.yml")} == before
