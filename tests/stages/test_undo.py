"""The last apply or edit can be taken back, also when others have edited the files since."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al import steps
from intent_al.errors import NotEnoughDataError, WriteRefusedError
from intent_al.stages.apply import Edit
from intent_al.training_data.changes import refactor
from intent_al.training_data.repository import journal, ledger
from intent_al.workspace import Workspace
from tests.stages.deciding import Decide

SAID = {"drop it all": "cancel_order", "money back for the green jug": "refund_request"}


def files(bot: Path) -> dict[str, bytes]:
    paths = [path for path in bot.rglob("*") if path.is_file() and ".intent-al" not in path.parts]
    return {str(path.relative_to(bot)): path.read_bytes() for path in sorted(paths)}


def test_everything_is_as_before_and_the_decisions_wait_again(
    opened: Workspace, spoken: Path, decide: Decide
) -> None:
    before = files(spoken)
    decide(SAID)
    assert steps.apply(opened).written
    after = files(spoken)
    assert after != before
    shown = steps.undo(opened, dry_run=True)
    assert "-    - drop it all\n" in shown.diff
    assert files(spoken) == after
    report = steps.undo(opened)
    assert (report.written, report.decisions) == (True, 2)
    assert files(spoken) == before
    assert steps.apply(opened).added == {"cancel_order": 1, "refund_request": 1}


def test_undo_goes_back_step_by_step(opened: Workspace, spoken: Path, decide: Decide) -> None:
    states = [files(spoken)]
    for text, intent in SAID.items():
        decide({text: intent})
        steps.apply(opened)
        states.append(files(spoken))
    decide({"drop it all": "greet"})
    assert steps.apply(opened).moved == 1
    for state in reversed(states):
        steps.undo(opened)
        assert files(spoken) == state
    with pytest.raises(NotEnoughDataError, match="nothing was applied"):
        steps.undo(opened)


def test_what_others_edited_since_stays(opened: Workspace, spoken: Path, decide: Decide) -> None:
    nlu = spoken / "data" / "nlu.yml"
    before = nlu.read_text()
    decide(SAID)
    steps.apply(opened)
    edited = nlu.read_text().replace("    - hello\n", "    - hello\n    - hello, by hand\n")
    nlu.write_text("# a new first line\n" + edited + "# a new last line\n")
    steps.undo(opened)
    expected = before.replace("    - hello\n", "    - hello\n    - hello, by hand\n")
    assert nlu.read_text() == "# a new first line\n" + expected + "# a new last line\n"


def test_lines_of_its_own_that_were_edited_are_not_guessed_at(
    opened: Workspace, spoken: Path, decide: Decide
) -> None:
    nlu = spoken / "data" / "nlu.yml"
    decide(SAID)
    steps.apply(opened)
    nlu.write_text(nlu.read_text().replace("drop it all", "drop all of it"))
    state = files(spoken)
    with pytest.raises(WriteRefusedError, match=r"nlu\.yml:\d+: the change was edited here since"):
        steps.undo(opened)
    assert files(spoken) == state


def test_a_file_that_the_change_made_goes_again(
    opened: Workspace, spoken: Path, decide: Decide
) -> None:
    decide(SAID)
    steps.apply(opened)
    assert (spoken / ledger.LEDGER_FILE).exists()
    steps.undo(opened)
    assert not (spoken / ledger.LEDGER_FILE).exists()


def test_an_edit_is_undone_like_an_apply(opened: Workspace, spoken: Path) -> None:
    before = files(spoken)
    rename = Edit(
        "rename",
        lambda found, root: refactor.rename(found, root, "greet", "welcome"),
        ("greet", "welcome"),
    )
    assert set(steps.edit(opened, rename).files) == {
        "domain.yml",
        "data/nlu.yml",
        "tests/test_nlu.yml",
    }
    assert files(spoken) != before
    assert steps.undo(opened).written
    assert files(spoken) == before
    assert opened.store.count("SELECT count(*) FROM renamed_intent") == 0


def test_a_kill_in_the_middle_of_an_undo_is_finished(
    opened: Workspace, spoken: Path, decide: Decide, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(spoken)
    decide(SAID)
    steps.apply(opened)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(journal, "_close", killed)
        with pytest.raises(Killed):
            steps.undo(opened)
    with Workspace(opened.project) as again:
        assert again.notes
        assert files(spoken) == before
        assert steps.apply(again).added == {"cancel_order": 1, "refund_request": 1}
