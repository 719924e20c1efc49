"""The page of a small bot on which an intake has been run, asked without a server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from intent_al.project.config import find_project
from intent_al.store import Store
from intent_al.web import create_app
from intent_al.web.context import KEY
from tests.support.people import bot_with_people
from tests.support.person import Clock, Person


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bot_with_people(tmp_path_factory.mktemp("web") / "bot")


@pytest.fixture
def bot(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "bot")
    return tmp_path / "bot"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates, compiled once for all: every test has a page of its own."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(bot: Path, clock: Clock, compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    made = create_app(find_project(bot), clock=clock)
    made.jinja_env.bytecode_cache = compiled
    yield made
    made.extensions[KEY].close()


@pytest.fixture
def store(bot: Path) -> Iterator[Store]:
    with Store(find_project(bot).database) as opened:
        yield opened


@pytest.fixture
def kim(app: Flask) -> Person:
    return Person(app, "kim")


@pytest.fixture
def robin(app: Flask) -> Person:
    return Person(app, "robin")


@pytest.fixture
def ana(app: Flask) -> Person:
    return Person(app, "ana")


@pytest.fixture
def ada(app: Flask) -> Person:
    return Person(app, "ada")


@pytest.fixture
def vera(app: Flask) -> Person:
    return Person(app, "vera")
