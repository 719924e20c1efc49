"""What the tests of the build hook share with those of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import small_bot


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
