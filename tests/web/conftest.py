"""The page of a small bot on which an intake has been run, asked without a server."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from intent_al import steps
from intent_al.project.config import find_project
from intent_al.store import Store, accounts
from intent_al.web import create_app
from intent_al.web.context import KEY
from intent_al.web.passwords import hashed
from intent_al.workspace import Workspace
from tests.support import small_bot

PASSWORD = "a long password"
PEOPLE = {
    "vera": "viewer",
    "kim": "reviewer",
    "robin": "reviewer",
    "ana": "approver",
    "ada": "admin",
}


@dataclass
class Clock:
    at: float = 1_795_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("web") / "bot")


def make(folder: Path, settings: str = "") -> Path:
    """The small bot after an intake, with ``settings`` more in its ``intent-al.toml``."""
    bot = small_bot.make(folder, turns=60)
    with (bot / "intent-al.toml").open("a", encoding="utf-8") as file:
        file.write(settings)
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        steps.select(workspace, size=20)
        add_people(workspace.store)
    return bot


def add_people(store: Store) -> None:
    password = hashed(PASSWORD, "anybody")
    for name, role in PEOPLE.items():
        accounts.add_user(store, name, role, password, by="test", now=1.0)


@pytest.fixture
def bot(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "bot")
    return tmp_path / "bot"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(bot: Path, clock: Clock) -> Iterator[Flask]:
    made = create_app(find_project(bot), clock=clock)
    yield made
    made.extensions[KEY].close()


@pytest.fixture
def store(bot: Path) -> Iterator[Store]:
    with Store(find_project(bot).database) as opened:
        yield opened


class Person:
    """Somebody with a browser that has no script: follows redirects, sends forms as they stand."""

    def __init__(self, app: Flask, name: str) -> None:
        self.client: FlaskClient = app.test_client()
        answer = self.client.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303
        self.page = ""
        self.path = "/"
        self.status = 0
        self.get("/")

    def get(self, path: str) -> str:
        return self._took(self.client.get(path, follow_redirects=True))

    def post(self, path: str, **fields: str) -> str:
        """A form of the page that is open, with its hidden fields."""
        data = {**self.hidden(), **fields}
        return self._took(self.client.post(path, data=data, follow_redirects=True))

    def hidden(self) -> dict[str, str]:
        form = re.search(r'<form class="decide".*?</form>', self.page, re.S)
        inside = form[0] if form else self.page
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside))

    @property
    def item(self) -> int:
        found = re.fullmatch(r"/review/(\d+)", self.path)
        assert found, self.path
        return int(found[1])

    def start(self) -> int:
        self.get("/review")
        if self.path == "/review":
            self.post("/review/next")
        return self.item

    def decide(self, choice: str, **more: str) -> str:
        return self.post(f"/review/{self.item}/decide", choice=choice, **more)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The API, as the page's own script asks it."""
        answer = self.client.open(
            f"/api/v1{path}", method=method, json=body, headers={"X-CSRF-Token": self.csrf()}
        )
        self.status = answer.status_code
        return answer.get_json()

    def csrf(self) -> str:
        return str(self.client.get("/api/v1/me").get_json()["csrf"])

    def _took(self, answer: Any) -> str:
        self.page, self.path = answer.get_data(as_text=True), answer.request.path
        self.status = answer.status_code
        return self.page


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
