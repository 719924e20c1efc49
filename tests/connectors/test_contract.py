"""Every built-in connector keeps the contract; a new module in sources/ is tested at once."""

from __future__ import annotations

import pkgutil

import pytest

import connectors.sources
from connectors import available
from connectors.testing import CHECKS, ConnectorContract

BUILT_IN = sorted(
    module.name
    for module in pkgutil.iter_modules(connectors.sources.__path__)
    if not module.name.startswith("_")
)


class TestBuiltIn(ConnectorContract):
    @pytest.fixture(params=BUILT_IN)
    def bed(self, request, beds, tmp_path):
        assert request.param in beds, f"conftest.py has no bed for {request.param}"
        return beds[request.param](tmp_path)


def test_every_check_is_collected():
    tests = {name for name in vars(ConnectorContract) if name.startswith("test_")}
    assert tests == {check.__name__.replace("check_", "test_", 1) for check in CHECKS}
    assert len(CHECKS) >= 15


def test_every_built_in_has_a_summary():
    summaries = available()
    assert set(BUILT_IN) <= set(summaries)
    assert all(summaries[name].endswith(".") for name in BUILT_IN)
