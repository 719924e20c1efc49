"""From decisions to a live model, with the built-in engine: quick, and the same chain."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from intent_al import steps
from intent_al.errors import BusyError, WriteRefusedError
from intent_al.jobs.cycle import NOTHING, PROMOTED, CycleReport, cycle
from intent_al.project.config import find_project
from intent_al.project.locks import lock
from intent_al.records import Outcome
from intent_al.stages import review
from intent_al.stages.gate import REFUSED
from intent_al.stages.review.answers import read_answers
from intent_al.store import decisions, deployments, queue, runs
from intent_al.store.decisions import Decision
from intent_al.training_data.repository import ledger
from intent_al.training_data.repository.ledger import LEDGER_FILE
from intent_al.workspace import Workspace
from tests.support import small_bot
from tests.support.progress import no_bar

pytestmark = pytest.mark.slow

DAY = 86_400.0


def run(bot: Path, **more: Any) -> CycleReport:
    with Workspace(find_project(bot)) as workspace:
        return cycle(workspace, no_bar, **{"apply": "write", **more})


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    """Twenty reviewed utterances wait; ten of them start a cycle, and the gate is lenient."""
    bot = small_bot.make(tmp_path / "bot")
    settings = bot / "intent-al.toml"
    text = settings.read_text().replace("[gate]\n", "[gate]\ntolerance = 1.0\n")
    settings.write_text(text + "\n[cycle]\ndecisions = 10\n")
    said = small_bot.answer_key(small_bot.sentences(90))
    answers = small_bot.write_answers(bot / "answers.jsonl", said)
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        steps.select(workspace)
        known = read_answers(answers, workspace.masker, "out_of_scope")
        assert review.answer(workspace.store, known, reviewer="kim").decided == 20
    return bot


def nlu(bot: Path) -> bytes:
    return (bot / "data" / "nlu.yml").read_bytes()


def test_enough_decisions_make_a_model_that_goes_live(bot: Path) -> None:
    before = nlu(bot)
    report = run(bot)
    assert report.outcome == PROMOTED
    assert report.decisions == 18, "two of twenty are the audit sample"
    assert report.applied is not None
    assert sum(report.applied.added.values()) > 0
    assert nlu(bot) != before
    with Workspace(find_project(bot)) as workspace:
        last = deployments.latest(workspace.store)
        assert last is not None
        assert report.promoted is not None
        assert last.model == report.promoted.model == workspace.engine().live()


def test_what_is_written_is_what_was_judged(bot: Path) -> None:
    report = run(bot)
    with Workspace(find_project(bot)) as workspace:
        assert report.retrained is not None
        made = runs.run_of(workspace.store, report.retrained.run)
        assert workspace.engine().recipe(workspace.project).data_hash == made.data_hash


def test_a_branch_says_itself_that_it_has_passed(bot: Path) -> None:
    """The build pipeline judges a clone of it, without a database."""
    (bot / ".gitignore").write_text("rasa.db\n.intent-al/\nanswers.jsonl\n")
    for words in ("init -q", "add .", "-c user.name=k -c user.email=k@example.com commit -qm bot"):
        subprocess.run(["git", *words.split()], cwd=bot, check=True)
    before = nlu(bot)
    report = run(bot, apply="commit")
    assert report.outcome == PROMOTED
    assert report.applied is not None
    assert nlu(bot) == before
    branch = str(report.applied.proposal).rpartition(" ")[2]
    shown = subprocess.run(
        ["git", "show", f"{branch}:{LEDGER_FILE}"], cwd=bot, check=True, capture_output=True
    )
    with Workspace(find_project(bot)) as workspace:
        assert report.retrained is not None
        made = runs.run_of(workspace.store, report.retrained.run)
    assert ledger.parse(shown.stdout).gated == made.data_hash


def test_nothing_new_trains_nothing(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(bot)
    monkeypatch.delattr(steps, "retrain")
    report = run(bot)
    assert (report.outcome, report.retrained) == (NOTHING, None)
    assert "0 new decisions, 10 start a cycle" in report.reason


def test_few_decisions_wait_for_their_days(bot: Path) -> None:
    with Workspace(find_project(bot)) as workspace:
        settings = workspace.settings.cycle
        object.__setattr__(settings, "decisions", 100)
        now = time.time()
        for after, outcome in ((0.0, NOTHING), (6.9 * DAY, NOTHING), (7.1 * DAY, PROMOTED)):
            report = cycle(workspace, no_bar, apply="write", clock=lambda after=after: now + after)
            assert report.outcome == outcome, after


def test_decisions_are_left_to_people_unless_the_project_says_otherwise(bot: Path) -> None:
    before = nlu(bot)
    report = run(bot, apply=None)
    assert report.outcome == NOTHING
    assert "18 decisions wait for `intent-al apply`" in report.reason
    assert nlu(bot) == before
    with Workspace(find_project(bot)) as workspace:
        steps.apply(workspace)
    assert run(bot, apply=None).outcome == PROMOTED


def test_force_trains_without_anything_new(bot: Path) -> None:
    report = run(bot, apply="no", force=True)
    assert report.outcome == PROMOTED
    assert report.applied is None


def test_a_candidate_that_is_worse_changes_nothing(bot: Path) -> None:
    with Workspace(find_project(bot)) as workspace:
        for item in queue.open_items(workspace.store):
            review.decide(
                workspace.store, Decision(item.id, Outcome.LABELLED, "greet"), reviewer="kim"
            )
        for answer in decisions.approved(workspace.store, workspace.bot):
            item = workspace.store.count(
                "SELECT id FROM queue_item WHERE utterance = ?", (answer.utterance,)
            )
            wrong = Decision(item, Outcome.LABELLED, "greet", (), True)
            review.decide(workspace.store, wrong, reviewer="kim")
    settings = bot / "intent-al.toml"
    settings.write_text(settings.read_text().replace("tolerance = 1.0", "tolerance = 0.0"))
    before = nlu(bot)
    report = run(bot)
    assert report.outcome == REFUSED, report.reason
    assert nlu(bot) == before
    with Workspace(find_project(bot)) as workspace:
        assert deployments.latest(workspace.store) is None
    assert run(bot).outcome == NOTHING, "the same decisions are not tried twice"


STEPS = ("retrain", "gate", "apply", "promote", "predict", "retire")


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_next_run_picks_up(
    step: str, late: bool, bot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = getattr(steps, step)
    asked: list[str] = []

    def dies(self: Workspace, *args: Any, **kwargs: Any) -> Any:
        if late:
            original(self, *args, **kwargs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(steps, step, dies)
        with pytest.raises(KeyboardInterrupt):
            run(bot)

    def counted(self: Workspace, *args: Any, **kwargs: Any) -> Any:
        asked.append(step)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(steps, step, counted)
    after = run(bot)
    with Workspace(find_project(bot)) as workspace:
        trained = workspace.store.count("SELECT count(*) FROM run")
        judged = workspace.store.count("SELECT count(*) FROM verdict")
        live = deployments.latest(workspace.store)
        waiting = decisions.approved(workspace.store, workspace.bot)
    assert (trained, judged, waiting) == (1, 1, [])
    assert live is not None
    assert after.outcome == (PROMOTED if step not in ("predict", "retire") else NOTHING) or (
        step == "promote" and late
    )


def test_a_decision_made_during_the_training_waits_for_the_next_cycle(
    bot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = steps.gate

    def reviewed_meanwhile(self: Workspace, *args: Any, **kwargs: Any) -> Any:
        steps.select(self, size=3)
        item = queue.open_items(self.store)[0]
        late = Decision(item.id, Outcome.LABELLED, "greet", (), True)
        review.decide(self.store, late, reviewer="lea")
        return original(self, *args, **kwargs)

    monkeypatch.setattr(steps, "gate", reviewed_meanwhile)
    assert run(bot).outcome == PROMOTED
    with Workspace(find_project(bot)) as workspace:
        waiting = decisions.approved(workspace.store, workspace.bot)
    assert [one.reviewer for one in waiting] == ["lea"]


def test_files_that_changed_during_the_training_are_not_written(
    bot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = steps.gate
    path = bot / "data" / "nlu.yml"

    def edited_meanwhile(self: Workspace, *args: Any, **kwargs: Any) -> Any:
        path.write_text(path.read_text() + "    - an example of somebody else\n")
        return original(self, *args, **kwargs)

    monkeypatch.setattr(steps, "gate", edited_meanwhile)
    with pytest.raises(WriteRefusedError, match="run the cycle again"):
        run(bot)
    assert nlu(bot).endswith(b"- an example of somebody else\n")
    with Workspace(find_project(bot)) as workspace:
        assert deployments.latest(workspace.store) is None
    monkeypatch.undo()
    assert run(bot, force=True).outcome == PROMOTED


def test_two_cycles_cannot_run_at_once(bot: Path) -> None:
    with lock(bot / ".intent-al", "cycle"), pytest.raises(BusyError, match="another `cycle`"):
        run(bot)


def test_what_the_new_model_is_sure_of_leaves_the_queue(bot: Path) -> None:
    with Workspace(find_project(bot)) as workspace:
        object.__setattr__(workspace.settings.cycle, "retire_at", 0.5)
        steps.select(workspace, size=30)
        before = {item.id: item.quota for item in queue.open_items(workspace.store)}
        report = cycle(workspace, no_bar, apply="write")
        assert report.retired is not None
        left = {item.id for item in queue.open_items(workspace.store)}
        gone = before.keys() - left
        assert len(gone) == report.retired.retired > 0
        assert "audit" not in {before[item] for item in gone}
        assert workspace.store.count("SELECT count(*) FROM decision WHERE outcome = 'ignore'") == 0
