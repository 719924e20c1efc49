"""Killed and interrupted at any moment: nothing lost, nothing twice, no file in halves.

Every run is a process of its own that says when its work begins. After a kill the next commands
are run as an operator would, and the state is compared with that of a run nobody disturbed.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from intent_al import cli
from tests.support import small_bot
from tests.support.limits import HANG
from tests.support.places import ROOT

pytestmark = pytest.mark.slow
TIMES = range(4)

DRIVER = """
import os, signal, sys
import sklearn.feature_extraction.text, sklearn.linear_model
from intent_al import cli
from intent_al.cli.commands import apply, intake, review
from intent_al.texts import ngrams
from intent_al.nlu import builtin

changes = [0]

def die_at(count):
    # kill this process right before its count-th change of the file system
    def hook(event, arguments):
        if event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate") or (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT
        ):
            changes[0] += 1
            if changes[0] == count:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)

die_at(int(sys.argv[1]))
print("ready", flush=True)
code = cli.run(sys.argv[2:])
if code == 0:
    print("done", changes[0], file=sys.stderr, flush=True)
os._exit(code)
"""

STATE = {
    "events": "SELECT source_id, conversation, at, kind, text, body FROM event",
    "messages": "SELECT conversation, message_key, utterance.text, turn_kind FROM message"
    " JOIN utterance ON utterance.id = utterance",
    "utterances": "SELECT text, said, senders FROM utterance",
    "predictions": "SELECT text, name, probabilities, spans FROM prediction"
    " JOIN utterance ON utterance.id = utterance JOIN model ON model.id = prediction.model",
    "queue": "SELECT batch, position, text, quota, score, reason FROM queue_item"
    " JOIN utterance ON utterance.id = utterance",
    "decisions": "SELECT text, outcome, intent, entities FROM decision"
    " JOIN queue_item ON queue_item.id = item JOIN utterance ON utterance.id = utterance",
    "changes": "SELECT decision, path, intent, written_at IS NOT NULL FROM change",
}


@dataclass(frozen=True)
class Stage:
    """A bot before a command, one after an undisturbed run of it, how long that worked, and how
    often it changed the file system."""

    before: Path
    after: Path
    args: tuple[str, ...]
    seconds: float
    changes: int


def start(bot: Path, args: tuple[str, ...], die_at: int = 0) -> subprocess.Popen[str]:
    """A process that has imported everything and is about to work."""
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(die_at), *args, "--project", str(bot)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, err = process.communicate(timeout=HANG)
    return process.returncode, err


def state(bot: Path) -> dict[str, Counter[object]]:
    """Everything that a run leaves, as bags of rows: lost and doubled ones both show."""
    connection = sqlite3.connect(bot / ".intent-al" / "intent-al.db")
    try:
        return {
            name: Counter(tuple(row) for row in connection.execute(query))
            for name, query in STATE.items()
        }
    finally:
        connection.close()


def files(bot: Path) -> dict[str, bytes]:
    return {name: (bot / name).read_bytes() for name in ("data/nlu.yml", "domain.yml")}


def stage(folder: Path, before: Path, *args: str) -> Stage:
    after = shutil.copytree(before, folder / "after")
    process = start(after, args)
    began = time.perf_counter()
    code, err = finished(process)
    assert code == 0, err
    seconds = time.perf_counter() - began
    return Stage(before, after, args, seconds, int(err.split()[-1]))


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder = tmp_path_factory.mktemp("intake")
    bot = small_bot.make(folder / "bot", turns=600)
    (bot / ".intent-al").mkdir()
    (bot / ".intent-al" / "masking.key").write_text("ab" * 32)
    return stage(folder, bot, "intake", "--size", "120")


@pytest.fixture(scope="module")
def review(intake: Stage, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder = tmp_path_factory.mktemp("review")
    key = small_bot.answer_key(small_bot.sentences(600))
    for answer in key[::3]:
        answer["intent"] = "brand_new"
    answers = small_bot.write_answers(folder / "answers.jsonl", key)
    return stage(folder, intake.after, "review", "--answers", str(answers), "--reviewer", "kim")


@pytest.fixture(scope="module")
def apply(review: Stage, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    found = stage(tmp_path_factory.mktemp("apply"), review.after, "apply")
    changed = [
        name for name, bytes_ in files(found.after).items() if bytes_ != files(found.before)[name]
    ]
    assert changed == ["data/nlu.yml", "domain.yml"]
    return found


@pytest.fixture(params=["intake", "review", "apply"])
def any_stage(request: pytest.FixtureRequest) -> Stage:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Stage)
    return found


def disturbed(
    stage: Stage, folder: Path, seed: str, number: signal.Signals
) -> tuple[Path, int, str]:
    """A copy whose run got the signal at a random moment of its work."""
    bot = shutil.copytree(stage.before, folder / "bot")
    process = start(bot, stage.args)
    time.sleep(random.Random(seed).uniform(0.005, stage.seconds))
    process.send_signal(number)
    return bot, *finished(process)


def go_on(stage: Stage, bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What an operator does next: look, and run the command again where it did not get through."""
    assert cli.run(["status", "--project", str(bot)]) == 0
    if stage.args[0] != "intake" or not state(bot)["queue"]:
        assert cli.run([*stage.args, "--project", str(bot)]) == 0
    assert "Traceback" not in capsys.readouterr().err


def assert_same(stage: Stage, bot: Path) -> None:
    expected, found = state(stage.after), state(bot)
    for name in STATE:
        assert found[name] == expected[name], name
    assert files(bot) == files(stage.after)


@pytest.mark.parametrize("seed", TIMES)
def test_a_kill_at_a_random_moment_loses_and_doubles_nothing(
    any_stage: Stage, seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot, code, _ = disturbed(any_stage, tmp_path, f"kill {seed}", signal.SIGKILL)
    assert code in (0, -signal.SIGKILL)
    whole = (files(any_stage.before), files(any_stage.after))
    for name, found in files(bot).items():
        assert found in (whole[0][name], whole[1][name])
    go_on(any_stage, bot, capsys)
    assert_same(any_stage, bot)


def test_a_kill_before_a_change_of_a_file_leaves_an_apply_to_finish_or_forget(
    apply: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every third step, from the last one back: journal, side files, both files, clearing up."""
    assert apply.changes > 20
    for place in range(apply.changes, apply.changes - 20, -3):
        bot = shutil.copytree(apply.before, tmp_path / f"bot-{place}")
        code, _ = finished(start(bot, apply.args, die_at=place))
        assert code == -signal.SIGKILL
        go_on(apply, bot, capsys)
        assert_same(apply, bot)


@pytest.mark.parametrize("seed", TIMES[:2])
def test_ctrl_c_is_one_line_and_its_own_exit_code(
    any_stage: Stage, seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot, code, err = disturbed(any_stage, tmp_path, f"interrupt {seed}", signal.SIGINT)
    if not re.search(r"^done ", err, re.MULTILINE):  # else too late, or swallowed by C code
        assert code == 130, err
        assert err.strip() == "intent-al: stopped; what was done so far is kept"
    go_on(any_stage, bot, capsys)
    assert_same(any_stage, bot)
