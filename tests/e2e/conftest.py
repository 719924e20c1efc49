"""The example bot, pulled and selected once for all tests that need it."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al import cli, demo
from tests.support.places import EXAMPLE_BOT


@pytest.fixture(scope="session")
def example_bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example bot, as somebody would have it after cloning."""
    return demo.copy_bot(EXAMPLE_BOT, tmp_path_factory.mktemp("example") / "bot")


@pytest.fixture(scope="session")
def after_intake(example_bot: Path) -> Path:
    assert cli.run(["intake", "--project", str(example_bot)]) == 0
    return example_bot
