"""Every dialect keeps the contract: those of the registry, and one that only the tests have."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al.training_data.dialects.base import Dialect
from intent_al.training_data.dialects.registry import available, dialect_named
from intent_al.training_data.dialects.testing import CHECKS, DialectContract
from tests.support.line_dialect import LineDialect
from tests.training_data.dialects.bots import bot_of


class TestEvery(DialectContract):
    @pytest.fixture(params=[*available(), "lines"])
    def dialect(self, request: pytest.FixtureRequest) -> Dialect:
        return LineDialect() if request.param == "lines" else dialect_named(request.param)

    @pytest.fixture
    def bot(self, dialect: Dialect, tmp_path: Path) -> Path:
        return bot_of(dialect.name, tmp_path / "bot")


def test_every_check_is_collected() -> None:
    tests = {name for name in vars(DialectContract) if name.startswith("test_")}
    assert tests == {check.__name__.replace("check_", "test_", 1) for check in CHECKS}
    assert len(CHECKS) >= 17
