"""One line each that says what to do, and the live model as it was."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest

from intent_al import steps
from intent_al.engines.rasa.archive import live_archive
from intent_al.engines.rasa.interpreter import RasaPython, find_python
from intent_al.engines.rasa.model import RasaModel
from intent_al.engines.rasa.process import RasaWorker
from intent_al.errors import NotEnoughDataError, RasaError
from intent_al.project.config import find_project
from intent_al.workspace import Workspace
from tests.support import rasa_bots
from tests.support.limits import HANG, until


@pytest.fixture
def bot(logistic_bot: Path, tmp_path: Path) -> Path:
    """A copy of its own, with what it was asked before."""
    shutil.copytree(logistic_bot, tmp_path / "bot")
    return tmp_path / "bot"


def with_rasa(bot: Path, **settings: str) -> Workspace:
    project = find_project(bot)
    for name, value in settings.items():
        object.__setattr__(project.settings.rasa, name, value)
    return Workspace(project)


def one_line(error: BaseException) -> str:
    text = str(error)
    assert "\n" not in text
    assert "Traceback" not in text
    return text


def test_an_interpreter_that_is_none(bot: Path) -> None:
    for path, said in (("/no/such/python", "No such file"), (str(bot), "Permission denied")):
        with with_rasa(bot, python=path) as workspace, pytest.raises(RasaError) as error:
            steps.retrain(workspace, engine=workspace.engine("rasa"))
        assert said in one_line(error.value)
        assert "set [rasa] python" in str(error.value)


def test_an_interpreter_without_rasa(bot: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    with with_rasa(bot, python=python) as workspace, pytest.raises(RasaError) as error:
        steps.retrain(workspace, engine=workspace.engine("rasa"))
    assert "has no Rasa; set [rasa] python" in one_line(error.value)


def test_another_version_of_rasa(bot: Path, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 3.5.17\n")
    python.chmod(0o755)
    project = find_project(bot)
    object.__setattr__(project.settings.rasa, "python", str(python))
    with pytest.raises(RasaError) as error:
        find_python(project)
    assert "has Rasa 3.5.17" in one_line(error.value)
    assert 'engine = "server"' in str(error.value)


def test_no_model_yet(bot: Path) -> None:
    shutil.rmtree(bot / "models")
    with with_rasa(bot) as workspace:
        steps.pull(workspace)
        with pytest.raises(NotEnoughDataError, match="rasa train"):
            steps.predict(workspace, engine=workspace.engine("rasa"))


@pytest.mark.parametrize("content", [b"", b"no archive", None], ids=["empty", "text", "other tar"])
def test_an_archive_that_is_no_model(content: bytes | None, bot: Path) -> None:
    path = bot / "models" / "zz.tar.gz"
    if content is None:
        with tarfile.open(path, "w:gz") as archive:
            archive.add(bot / "domain.yml", "domain.yml")
    else:
        path.write_bytes(content)
    with with_rasa(bot) as workspace:
        steps.pull(workspace)
        with pytest.raises(RasaError) as error:
            steps.predict(workspace, engine=workspace.engine("rasa"))
    assert "is no model of Rasa 3" in one_line(error.value)


def test_a_model_without_nlu(bot: Path, worker: RasaWorker) -> None:
    archive = rasa_bots.train(bot, "core", "core")
    with pytest.raises(RasaError) as error:
        RasaModel(worker, archive)
    assert "has no NLU part" in one_line(error.value)


@pytest.mark.parametrize(
    ("classifier", "said"),
    [("- name: KeywordIntentClassifier\n", "ranks no intents"), ("", "no intent classifier")],
    ids=["keyword", "none"],
)
def test_a_pipeline_that_ranks_nothing(
    classifier: str, said: str, bot: Path, worker: RasaWorker
) -> None:
    words = f"- name: WhitespaceTokenizer\n- name: RegexFeaturizer\n{classifier}"
    extractor = "- name: CRFEntityExtractor\n"
    (bot / "config.yml").write_text(rasa_bots.HEAD + words + extractor + rasa_bots.POLICIES)
    archive = rasa_bots.train(bot, "keyword")
    with pytest.raises(RasaError) as error:
        _ = RasaModel(worker, archive).labels
    assert said in one_line(error.value)


def test_a_training_that_fails_leaves_no_archive_and_the_live_model(bot: Path) -> None:
    live = live_archive(bot / "models")
    config = bot / "config.yml"
    config.write_text(
        config.read_text().replace("LogisticRegressionClassifier", "NoSuchClassifier")
    )
    with with_rasa(bot) as workspace, pytest.raises(RasaError) as error:
        steps.retrain(workspace, engine=workspace.engine("rasa"))
    assert "NoSuchClassifier" in one_line(error.value)
    assert "rasa-train.log" in str(error.value)
    assert list((bot / ".intent-al" / "candidates").glob("*")) == []
    assert live_archive(bot / "models") == live


def rasa_processes(words: str) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if words in line:
                found.append(int(folder.name))
    return found


def kill_soon(words: str) -> threading.Thread:
    """The first process with these words, as the system does when memory runs out."""

    def kill() -> None:
        until(lambda: rasa_processes(words))
        os.kill(rasa_processes(words)[0], signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


def test_a_training_that_is_killed_says_that_memory_may_have_run_out(bot: Path) -> None:
    killer = kill_soon(f"--out {bot}")
    with with_rasa(bot) as workspace, pytest.raises(RasaError) as error:
        steps.retrain(workspace, engine=workspace.engine("rasa"))
    killer.join()
    assert "memory ran out" in one_line(error.value)
    assert list((bot / ".intent-al" / "candidates").glob("*.tar.gz")) == []


def test_a_training_that_takes_too_long_is_ended(bot: Path) -> None:
    project = find_project(bot)
    object.__setattr__(project.settings.rasa, "timeout", 2.0)
    with Workspace(project) as workspace, pytest.raises(RasaError) as error:
        steps.retrain(workspace, engine=workspace.engine("rasa"))
    assert "took more than 2 s; raise [rasa] timeout" in one_line(error.value)
    assert rasa_processes(str(bot / ".intent-al")) == []


def test_a_worker_that_dies_is_started_once_more(bot: Path, python: RasaPython) -> None:
    archive = bot / "models" / "first.tar.gz"
    others = set(rasa_children())
    with RasaWorker(python, bot, timeout=HANG) as worker:
        model = RasaModel(worker, archive)
        before = model.predict(["hello there you"])
        (pid,) = set(rasa_children()) - others
        os.kill(pid, signal.SIGKILL)
        after = model.predict(["hello there you"])
        assert before.probabilities.argmax() == after.probabilities.argmax()
        assert set(rasa_children()) - others not in ({pid}, set())
    assert set(rasa_children()) == others


def test_a_worker_that_dies_of_a_request_is_one_line(bot: Path, tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nread line; echo the disk is on fire >&2; exit 7\n")
    program.chmod(0o755)
    broken = RasaPython(program, "3.6.21")
    with RasaWorker(broken, bot, timeout=HANG) as worker, pytest.raises(RasaError) as error:
        worker.facts(bot / "models" / "first.tar.gz")
    assert "ended with exit code 7. It said last: the disk is on fire" in one_line(error.value)


def test_a_worker_that_hangs_is_given_up(bot: Path, tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nsleep 600\n")
    program.chmod(0o755)
    hanging = RasaPython(program, "3.6.21")
    with RasaWorker(hanging, bot, timeout=1) as worker, pytest.raises(RasaError) as error:
        worker.facts(bot / "models" / "first.tar.gz")
    assert "did not answer within 1 s" in one_line(error.value)
    assert rasa_processes(str(program)) == []


def test_a_worker_ends_with_whoever_started_it(bot: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from intent_al.engines.rasa.process import RasaWorker\n"
        "from intent_al.engines.rasa.interpreter import RasaPython\n"
        "worker = RasaWorker(RasaPython(Path(sys.executable), '3.6.21'), Path('.'), timeout=600)\n"
        "worker._start([]); print('started', flush=True); time.sleep(600)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == "started\n"
    (child,) = rasa_children(owner.pid)
    owner.kill()
    owner.communicate()
    until(lambda: not Path(f"/proc/{child}").exists())


def rasa_children(of: int | None = None) -> list[int]:
    """Workers that this process, or another, has started."""
    parent = os.getpid() if of is None else of
    found = []
    for pid in rasa_processes("worker/__main__.py"):
        try:
            status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(status[1]) == parent and status[0] != "Z":
            found.append(pid)
    return found
