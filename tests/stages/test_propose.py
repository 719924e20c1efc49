"""In a git repository: a change is tried in a worktree, and can wait on a branch or in a patch."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from intent_al import steps
from intent_al.errors import WriteRefusedError
from intent_al.project.config import find_project
from intent_al.records import Example
from intent_al.stages.apply import Mode
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.repository import ledger
from intent_al.workspace import Workspace
from tests.stages.deciding import Decide

SAID = {"drop it all": "cancel_order", "money back for the green jug": "refund_request"}
WHO = ("-c", "user.name=Kim", "-c", "user.email=kim@example.org")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *WHO, *words], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def repository(spoken: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bot lies in a folder of a bigger repository."""
    for name, value in (("NAME", "Kim"), ("EMAIL", "kim@example.org")):
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    top = spoken.parent
    git(top, "init", "-q", "-b", "main")
    (top / ".gitignore").write_text("*.db\n.intent-al/\n")
    git(top, "add", ".gitignore", "bot")
    git(top, "commit", "-q", "-m", "The bot")
    return top


def texts(bot: Path) -> set[str]:
    return {one.example.text for one in nlu_yaml.read([bot / "data"]).examples}


def test_a_branch_holds_the_change_and_nothing_else_moves(
    opened: Workspace, spoken: Path, repository: Path, decide: Decide
) -> None:
    head = git(repository, "rev-parse", "HEAD")
    decide(SAID)
    report = steps.apply(opened, Mode(commit=True))
    assert report.proposal is not None
    branch = report.proposal.removeprefix("the branch ")
    assert not report.written
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "rev-parse", "HEAD") == head
    assert git(repository, "worktree", "list").count("\n") == 1
    changed = git(repository, "diff", "--stat", "main", branch)
    assert "bot/data/nlu.yml" in changed
    assert "bot/intent-al.ledger" in changed
    message = git(repository, "log", "-1", "--format=%B", branch)
    assert message.startswith("Learn 2 reviewed utterances\n")
    assert "1 cancel_order" in message
    assert "Reviewed by kim." in message


def test_what_is_proposed_is_applied_once_it_is_merged(
    opened: Workspace, spoken: Path, repository: Path, decide: Decide
) -> None:
    decide(SAID)
    report = steps.apply(opened, Mode(commit=True))
    again = steps.apply(opened)
    assert (again.added, again.written) == ({}, False)
    assert again.waiting == (report.proposal,)
    git(repository, "merge", "-q", str(report.proposal).removeprefix("the branch "))
    assert set(SAID) <= texts(spoken)
    settled = steps.apply(opened)
    assert (settled.added, settled.waiting) == ({}, ())
    decide({"drop it all": "greet"})
    assert steps.apply(opened).moved == 1


def test_an_undone_proposal_takes_its_branch_along(
    opened: Workspace, repository: Path, decide: Decide
) -> None:
    decide(SAID)
    steps.apply(opened, Mode(commit=True))
    report = steps.undo(opened)
    assert "was deleted" in report.what
    assert report.decisions == 2
    assert git(repository, "branch", "--list", "intent-al/*") == ""
    assert steps.apply(opened).added == {"cancel_order": 1, "refund_request": 1}


def test_a_branch_that_somebody_built_on_is_left(
    opened: Workspace, repository: Path, decide: Decide
) -> None:
    decide(SAID)
    branch = str(steps.apply(opened, Mode(commit=True)).proposal).removeprefix("the branch ")
    git(repository, "switch", "-q", branch)
    git(repository, "commit", "-q", "--allow-empty", "-m", "On top")
    git(repository, "switch", "-q", "main")
    assert "moved on" in steps.undo(opened).what
    assert git(repository, "branch", "--list", branch).strip() == branch


def test_a_patch_can_be_applied_by_git(
    opened: Workspace, spoken: Path, repository: Path, decide: Decide, tmp_path: Path
) -> None:
    before = texts(spoken)
    decide(SAID)
    patch = tmp_path / "out" / "reviews.patch"
    report = steps.apply(opened, Mode(patch=patch))
    assert report.proposal == f"the patch {patch}"
    assert texts(spoken) == before
    git(repository, "apply", str(patch))
    assert texts(spoken) == before | set(SAID)
    assert steps.apply(opened).waiting == ()


def test_a_patch_needs_no_repository(
    opened: Workspace, spoken: Path, decide: Decide, tmp_path: Path
) -> None:
    decide(SAID)
    patch = tmp_path / "reviews.patch"
    steps.apply(opened, Mode(patch=patch))
    subprocess.run(
        ["patch", "-s", "-p1", "-i", str(patch)], cwd=spoken, check=True, capture_output=True
    )
    assert set(SAID) <= texts(spoken)


@pytest.mark.parametrize("mode", [Mode(), Mode(commit=True), Mode(patch=Path("x.patch"))])
def test_uncommitted_changes_of_others_are_not_touched(
    opened: Workspace, spoken: Path, repository: Path, decide: Decide, mode: Mode
) -> None:
    nlu = spoken / "data" / "nlu.yml"
    nlu.write_text(nlu.read_text() + "# still at it\n")
    state = nlu.read_bytes()
    decide(SAID)
    with pytest.raises(WriteRefusedError, match=r"nlu\.yml: has uncommitted changes"):
        steps.apply(opened, mode)
    assert nlu.read_bytes() == state
    assert not (spoken / ledger.LEDGER_FILE).exists()
    assert steps.apply(opened, Mode(allow_dirty=True)).written


def test_changes_of_our_own_may_wait_for_a_commit(
    opened: Workspace, spoken: Path, repository: Path, decide: Decide
) -> None:
    for text, intent in SAID.items():
        decide({text: intent})
        assert steps.apply(opened).written
    assert set(SAID) <= texts(spoken)


def test_without_a_repository_there_is_nothing_to_commit_to(
    opened: Workspace, decide: Decide
) -> None:
    decide(SAID)
    with pytest.raises(WriteRefusedError, match="no git repository"):
        steps.apply(opened, Mode(commit=True))


def test_a_hook_that_refuses_leaves_no_branch(
    opened: Workspace, repository: Path, decide: Decide
) -> None:
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    hook.chmod(0o755)
    decide(SAID)
    with pytest.raises(WriteRefusedError, match="not today"):
        steps.apply(opened, Mode(commit=True))
    assert git(repository, "branch", "--list", "intent-al/*") == ""
    assert git(repository, "worktree", "list").count("\n") == 1
    assert steps.apply(opened).added == {"cancel_order": 1, "refund_request": 1}


@pytest.mark.parametrize("in_git", [True, False])
def test_the_projects_own_check_runs_in_a_scratch_copy(
    spoken: Path, opened: Workspace, decide: Decide, request: pytest.FixtureRequest, in_git: bool
) -> None:
    if in_git:
        request.getfixturevalue("repository")
    decide(SAID)
    settings = spoken / "intent-al.toml"
    before = settings.read_text()
    state = (spoken / "data" / "nlu.yml").read_bytes()
    for command, passes in (
        ('["grep", "-q", "drop it all", "data/nlu.yml"]', True),
        ('["sh", "-c", "echo bad intent; test -f config.yml && exit 3"]', False),
        ('["no-such-program"]', False),
    ):
        settings.write_text(before.replace("[apply]", f"[apply]\nvalidate = {command}"))
        with Workspace(find_project(spoken)) as workspace:
            if passes:
                assert steps.apply(workspace).written
                steps.undo(workspace)
                continue
            with pytest.raises(WriteRefusedError, match=r"validate: .*(bad intent|no command)"):
                steps.apply(workspace)
        assert (spoken / "data" / "nlu.yml").read_bytes() == state


def test_a_gate_that_passed_is_recorded_for_the_pipeline(
    spoken: Path, opened: Workspace, decide: Decide
) -> None:
    def kept() -> ledger.Ledger:
        return ledger.parse((spoken / ledger.LEDGER_FILE).read_bytes())

    def of_files() -> str:
        return ledger.fingerprint(nlu_yaml.read([spoken / "data"]))

    settings = spoken / "intent-al.toml"
    settings.write_text(settings.read_text().replace("[gate]", "[gate]\ntolerance = 1.0"))
    assert not steps.record_gate(opened)  # there is no ledger yet
    decide(SAID)
    steps.apply(opened)
    assert kept().gated is None
    with Workspace(find_project(spoken)) as workspace:
        steps.retrain(workspace)
        assert steps.gate(workspace).outcome == "passed"
        assert steps.record_gate(workspace)
        assert not steps.record_gate(workspace)  # nothing new to say
    assert kept().gated == of_files()
    assert len(kept().entries) == 2
    decide({"stop that order now": "cancel_order"})
    steps.apply(opened)
    assert kept().gated is not None
    assert kept().gated != of_files()
    assert not steps.record_gate(opened)  # what passed is not what stands there


def test_a_link_is_followed_and_stays_a_link(
    opened: Workspace, spoken: Path, decide: Decide, tmp_path: Path
) -> None:
    nlu = spoken / "data" / "nlu.yml"
    elsewhere = tmp_path / "shared.yml"
    nlu.rename(elsewhere)
    nlu.symlink_to(elsewhere)
    decide(SAID)
    assert steps.apply(opened).written
    assert nlu.is_symlink()
    assert Example("drop it all", "cancel_order") in [
        one.example for one in nlu_yaml.read([elsewhere]).examples
    ]
