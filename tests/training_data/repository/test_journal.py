"""Several files change together: killed anywhere, all are old or all are new after recovery."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from intent_al.errors import WriteRefusedError
from intent_al.records import Example
from intent_al.system import durable
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.repository.journal import commit, recover
from tests.support.places import ROOT
from tests.support.planning import plan

NLU = "nlu:\n- intent: greet\n  examples: |\n    - hey\n"
DOMAIN = "intents:\n- greet\n"
SUNG = [Example(f"sing number {number}", "sing") for number in range(8)]


class Killed(BaseException):
    """Stands for a kill: nothing in the code under test catches it."""


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nlu.yml").write_text(NLU)
    (tmp_path / "domain.yml").write_text(DOMAIN)
    return tmp_path


def change(bot: Path) -> ChangeSet:
    return plan(
        [bot / "data" / "nlu.yml"],
        [*SUNG, Example("good day", "greet")],
        domain_paths=[bot / "domain.yml"],
        new_intent_file=bot / "data" / "new" / "sing.yml",
        root=bot,
    )


def journal_of(bot: Path) -> Path:
    return bot / ".intent-al" / "apply.journal"


def contents(bot: Path) -> dict[str, str]:
    return {
        str(path.relative_to(bot)): path.read_text()
        for path in sorted(bot.rglob("*"))
        if path.is_file() and ".intent-al" not in path.parts
    }


def whole(bot: Path) -> tuple[dict[str, str], dict[str, str]]:
    old = contents(bot)
    new = dict(old)
    for one in change(bot).files:
        new[str(one.path.relative_to(bot))] = one.after.decode()
    return old, new


def test_all_files_are_written_and_nothing_else_is_left(bot: Path) -> None:
    _, new = whole(bot)
    called: list[dict[str, str]] = []
    commit(change(bot), journal_of(bot), lambda: called.append(contents(bot)))
    assert contents(bot) == new
    assert called == [new]
    assert list(journal_of(bot).parent.iterdir()) == []
    assert recover(journal_of(bot)) is None


def steps_of(bot: Path) -> list[str]:
    names: list[str] = []
    commit(change(bot), journal_of(bot), step=names.append)
    return names


def test_a_kill_at_every_step_leaves_all_or_nothing(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    def fresh() -> Path:
        folder = tmp_path_factory.mktemp("bot")
        (folder / "data").mkdir()
        (folder / "data" / "nlu.yml").write_text(NLU)
        (folder / "domain.yml").write_text(DOMAIN)
        return folder

    names = steps_of(fresh())
    assert len(names) > 10
    outcomes = set()
    for last in range(len(names)):
        bot = fresh()
        old, new = whole(bot)
        seen = 0

        def kill(_: str, last: int = last) -> None:
            nonlocal seen
            if seen == last:
                raise Killed
            seen += 1

        recorded: list[str] = []
        with pytest.raises(Killed):
            commit(change(bot), journal_of(bot), note="decision 7", step=kill)
        for name, text in contents(bot).items():
            if not name.endswith(".intent-al-tmp"):
                assert text in (old.get(name), new.get(name)), names[last]
        message = recover(journal_of(bot), recorded.append)
        outcomes.add(message)
        after = contents(bot)
        assert after in (old, new), names[last]
        assert recorded == (["decision 7"] if message and "finished" in message else [])
        assert recover(journal_of(bot)) is None
        assert contents(bot) == after
    assert len(outcomes) == 3  # nothing to do, dropped, finished


def test_a_real_kill_leaves_all_or_nothing(bot: Path) -> None:
    old, new = whole(bot)
    script = textwrap.dedent(
        """
        import os, signal, sys
        from pathlib import Path
        from intent_al.records import Example
        from tests.support.planning import plan
        from intent_al.training_data.repository.journal import commit
        bot = Path(sys.argv[1])
        asked = [Example(f"sing number {n}", "sing") for n in range(8)]
        changes = plan(
            [bot / "data" / "nlu.yml"], [*asked, Example("good day", "greet")],
            domain_paths=[bot / "domain.yml"], root=bot,
            new_intent_file=bot / "data" / "new" / "sing.yml",
        )
        def step(name):
            if name == "replace domain.yml":
                os.kill(os.getpid(), signal.SIGKILL)
        commit(changes, bot / ".intent-al" / "apply.journal", step=step)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(bot)],
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == -signal.SIGKILL
    between = contents(bot)
    assert between["data/nlu.yml"] == new["data/nlu.yml"]
    assert between["domain.yml"] == old["domain.yml"]
    assert "finished" in (recover(journal_of(bot)) or "")
    assert contents(bot) == new


def test_a_file_edited_meanwhile_is_never_overwritten(bot: Path) -> None:
    planned = change(bot)
    (bot / "domain.yml").write_text(DOMAIN + "# edited\n")
    before = contents(bot)
    with pytest.raises(WriteRefusedError, match="changed on disk"):
        commit(planned, journal_of(bot))
    assert contents(bot) == before
    assert recover(journal_of(bot)) is None


def test_a_file_edited_between_kill_and_recovery_is_left_alone(bot: Path) -> None:
    old, _ = whole(bot)

    def kill(name: str) -> None:
        if name == "replace domain.yml":
            raise Killed

    with pytest.raises(Killed):
        commit(change(bot), journal_of(bot), step=kill)
    (bot / "domain.yml").write_text("intents: [mine]\n")
    message = recover(journal_of(bot))
    assert message is not None
    assert "edited since" in message
    assert "domain.yml" in message
    assert contents(bot) == {**old, "domain.yml": "intents: [mine]\n"}


def test_a_full_disk_changes_nothing(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, _ = whole(bot)
    planned = change(bot)
    for failing in range(11):
        calls = 0

        def full(path: Path, source: bytes, failing: int = failing) -> None:
            nonlocal calls
            calls += 1
            if calls == failing + 1:
                raise OSError(28, "No space left on device", str(path))
            path.write_bytes(source)

        with monkeypatch.context() as patch:
            patch.setattr(durable, "write_durably", full)
            patch.setattr("intent_al.training_data.repository.journal.write_durably", full)
            if failing == 10:  # three files: old and new bytes, the journal and its copy, the files
                commit(planned, journal_of(bot))
                return
            with pytest.raises(WriteRefusedError, match="No space left"):
                commit(planned, journal_of(bot))
        assert contents(bot) == old
        assert recover(journal_of(bot)) is None


def test_a_record_that_fails_takes_the_files_back(bot: Path) -> None:
    old, _ = whole(bot)

    def fails() -> None:
        raise RuntimeError("database is locked")

    with pytest.raises(RuntimeError, match="locked"):
        commit(change(bot), journal_of(bot), fails)
    assert contents(bot) == old
    assert recover(journal_of(bot)) is None


def test_what_can_be_neither_written_nor_put_back_is_finished_later(
    bot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, new = whole(bot)
    planned = change(bot)
    replaced = 0

    def full(target: Path, source: bytes, step: durable.Step = durable.no_step) -> None:
        nonlocal replaced
        if replaced:
            raise OSError(28, "No space left on device", str(target))
        replaced += 1
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source)

    with monkeypatch.context() as patch:
        patch.setattr("intent_al.training_data.repository.journal.replace_file", full)
        patch.setattr(Path, "unlink", lambda self, missing_ok=False: full(self, b""))
        with pytest.raises(WriteRefusedError, match="half-written"):
            commit(planned, journal_of(bot))
    assert "finished" in (recover(journal_of(bot)) or "")
    assert contents(bot) == new


def test_permissions_and_links_are_kept(bot: Path) -> None:
    real = bot / "shared.yml"
    (bot / "domain.yml").rename(real)
    (bot / "domain.yml").symlink_to(real)
    real.chmod(0o640)
    commit(change(bot), journal_of(bot))
    assert (bot / "domain.yml").is_symlink()
    assert "- sing" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_read_only_file_is_refused(bot: Path) -> None:
    old, _ = whole(bot)
    (bot / "domain.yml").chmod(0o444)
    with pytest.raises(WriteRefusedError, match="read-only"):
        commit(change(bot), journal_of(bot))
    assert contents(bot) == old


def test_an_unfinished_change_blocks_the_next(bot: Path) -> None:
    def kill(name: str) -> None:
        if name == "record":
            raise Killed

    planned = change(bot)
    with pytest.raises(Killed):
        commit(planned, journal_of(bot), step=kill)
    with pytest.raises(WriteRefusedError, match="recover it first"):
        commit(planned, journal_of(bot))


def test_a_damaged_journal_is_said(bot: Path) -> None:
    journal_of(bot).parent.mkdir()
    journal_of(bot).write_text("{")
    with pytest.raises(WriteRefusedError, match="journal cannot be read"):
        recover(journal_of(bot))


def test_nothing_to_write_leaves_no_trace(bot: Path) -> None:
    commit(plan([bot / "data"], [], root=bot), journal_of(bot))
    assert not journal_of(bot).parent.exists()
