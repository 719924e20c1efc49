"""Every built-in format keeps the contract; a new module in formats/ is tested at once."""

from __future__ import annotations

import pytest

from intent_al.training_data.formats.base import Format
from intent_al.training_data.formats.testing import CHECKS, FormatContract
from tests.training_data.formats.writers import every_format


class TestBuiltIn(FormatContract):
    @pytest.fixture(params=every_format(), ids=lambda form: form.name)
    def form(self, request: pytest.FixtureRequest) -> Format:
        found: Format = request.param
        return found


def test_every_check_is_collected() -> None:
    tests = {name for name in vars(FormatContract) if name.startswith("test_")}
    assert tests == {check.__name__.replace("check_", "test_", 1) for check in CHECKS}
    assert len(CHECKS) >= 12


def test_suffixes_are_told_apart() -> None:
    suffixes = [suffix for form in every_format() for suffix in form.suffixes]
    assert len(set(suffixes)) == len(suffixes)
