"""A bot after an intake and the people who review it, one of each role and one reviewer more."""

from __future__ import annotations

from pathlib import Path

from werkzeug.security import generate_password_hash

from intent_al import steps
from intent_al.project.config import find_project
from intent_al.store import Store, accounts
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


def bot_with_people(folder: Path, settings: str = "", *, turns: int = 60, size: int = 20) -> Path:
    """The small bot after an intake, with ``settings`` more in its ``intent-al.toml``."""
    bot = small_bot.make(folder, turns=turns)
    with (bot / "intent-al.toml").open("a", encoding="utf-8") as file:
        file.write(settings)
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        steps.select(workspace, size=size)
        add_people(workspace.store)
    return bot


def add_people(store: Store) -> None:
    # as slow as a real one it would be half of what the tests of the page cost
    password = generate_password_hash(PASSWORD, "scrypt:256:8:1")
    for name, role in PEOPLE.items():
        accounts.add_user(store, name, role, password, by="test", now=1.0)
