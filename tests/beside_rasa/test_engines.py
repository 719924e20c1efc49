"""The engines that ask Rasa keep the contract: a bot's own model, and a bot that runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from intent_al.engines.base import Engine
from intent_al.engines.registry import open_engine
from intent_al.engines.testing import EngineContract
from intent_al.project.config import Project, find_project
from tests.support import rasa_bots


class TestRasa(EngineContract):
    @pytest.fixture
    def project(self, logistic_bot: Path, tmp_path: Path) -> Project:
        return find_project(shutil.copytree(logistic_bot, tmp_path / "bot"))

    @pytest.fixture
    def engine(self, project: Project) -> Iterator[Engine]:
        with closing(open_engine("rasa", project)) as opened:
            yield opened


class TestServer(EngineContract):
    @pytest.fixture(scope="class")
    def project(
        self, logistic_bot: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[Project]:
        bot = shutil.copytree(logistic_bot, tmp_path_factory.mktemp("served") / "bot")
        found = find_project(bot)
        with rasa_bots.running(bot, ready="/status") as url:
            rasa = replace(found.settings.rasa, server=url)
            yield replace(found, settings=replace(found.settings, rasa=rasa))

    @pytest.fixture
    def engine(self, project: Project) -> Iterator[Engine]:
        with closing(open_engine("server", project)) as opened:
            yield opened
