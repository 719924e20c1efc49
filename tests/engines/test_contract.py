"""The built-in engine keeps the contract; those that ask Rasa are tried where Rasa is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from intent_al.engines.base import Engine
from intent_al.engines.registry import BUILTIN, available, open_engine
from intent_al.engines.testing import CHECKS, EngineContract
from intent_al.errors import ConfigError
from intent_al.project.config import Project, find_project
from tests.support import small_bot

pytestmark = pytest.mark.slow

TRIED = {
    BUILTIN: "here",
    "rasa": "tests/beside_rasa/test_engines.py",
    "server": "tests/beside_rasa/test_engines.py",
}


class TestBuiltIn(EngineContract):
    @pytest.fixture
    def project(self, tmp_path: Path) -> Project:
        return find_project(small_bot.make(tmp_path / "bot"))

    @pytest.fixture
    def engine(self, project: Project) -> Iterator[Engine]:
        with closing(open_engine(BUILTIN, project)) as opened:
            yield opened


def test_every_check_is_collected() -> None:
    tests = {name for name in vars(EngineContract) if name.startswith("test_")}
    assert tests == {check.__name__.replace("check_", "test_", 1) for check in CHECKS}
    assert len(CHECKS) >= 11


def test_every_engine_is_tried_somewhere() -> None:
    assert set(TRIED) == set(available())


def test_an_unknown_engine_is_told_from_those_there_are(tmp_path: Path) -> None:
    project = find_project(small_bot.make(tmp_path / "bot"))
    with pytest.raises(ConfigError, match="valid: builtin, rasa, server"):
        open_engine("bert", project)
