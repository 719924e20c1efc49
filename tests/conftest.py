"""A small bot, and one that an intake has been run on: made once, copied for every test."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import hypothesis
import pytest

from intent_al import cli
from tests.support import small_bot
from tests.support.commands import Call, Called

# What a case takes says nothing on a machine that others use, too
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")

# A run in the background may ignore these, and every command that a test starts would inherit it
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return small_bot.make(tmp_path / "bot")


@pytest.fixture(scope="session")
def _pulled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small_bot.make(tmp_path_factory.mktemp("pulled") / "bot")
    assert cli.run(["intake", "--project", str(folder)]) == 0
    return folder


@pytest.fixture
def pulled(_pulled: Path, tmp_path: Path) -> Path:
    """A bot after its first intake: 20 utterances wait for review."""
    return shutil.copytree(_pulled, tmp_path / "pulled")


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run(*args: object, project: Path | None = None) -> Called:
        capsys.readouterr()
        words = [str(word) for word in args]
        if project is not None:
            words += ["--project", str(project)]
        code = cli.run(words)
        out, err = capsys.readouterr()
        return Called(code, out, err)

    return run
