"""What the tests of the build hook share with those of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Called, bot, call
from tests.support import small_bot

__all__ = ["bot", "call", "clone"]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A bot's repository as a pipeline has it: no database, no log."""
    folder = small_bot.make(tmp_path / "clone")
    (folder / "rasa.db").unlink()
    return folder


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTENT_AL_TOKEN", "INTENT_AL_CHECK_SERVER", "INTENT_AL_CHECK_UNGATED"):
        monkeypatch.delenv(name, raising=False)


def question(called: Called, name: str) -> dict[str, Any]:
    (found,) = (one for one in called.data["questions"] if one["question"] == name)
    assert isinstance(found, dict)
    return found


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new).encode())
