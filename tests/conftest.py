"""A small bot, and one that an intake has been run on: made once, copied for every test."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from intent_al import cli
from tests.support import small_bot


@dataclass(frozen=True)
class Called:
    """What one call of a command left behind."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


Call = Callable[..., Called]


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
