"""What the tests of the build hook share with those of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import bot, call
from tests.e2e import small_bot

__all__ = ["bot", "call", "clone"]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A bot's repository as a pipeline has it: no database, no log."""
    folder = small_bot.make(tmp_path / "clone")
    (folder / "rasa.db").unlink()
    return folder
