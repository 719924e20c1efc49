"""Connectors are found by name, without importing those that nobody opens."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from connectors import available, connector_type, open_connector
from connectors.errors import SettingsError
from tests.support.plugins import install


def test_listing_imports_no_source_and_no_driver():
    script = textwrap.dedent(
        """
        import sys
        from connectors import available
        assert "rasa_sql" in available()
        loaded = [name for name in sys.modules if name.startswith(("sqlalchemy", "connectors.sou"))]
        assert set(loaded) <= {"connectors.sources"}, loaded
        """
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_nearest_name_is_suggested():
    with pytest.raises(SettingsError, match=r"no connector 'rasa_sq'; did you mean 'rasa_sql'"):
        open_connector("rasa_sq", {})


def test_shared_modules_are_no_connectors():
    with pytest.raises(SettingsError):
        open_connector("_rasa", {})


def test_settings_are_validated_when_opened():
    with pytest.raises(SettingsError, match="settings of rasa_sql: the setting 'url' is missing"):
        open_connector("rasa_sql", {})


def test_a_package_adds_its_own(monkeypatch):
    places = {"mine": "connectors.sources.jsonl:Jsonl", "jsonl": "no.such:Thing"}
    install(monkeypatch, "connectors", **places)
    assert "mine" in available()
    assert connector_type("mine").name == "jsonl"
    assert connector_type("jsonl").name == "jsonl", "a built-in cannot be replaced"


@pytest.mark.parametrize("value", ["no.such.module:Thing", "json:loads", "connectors.base"])
def test_a_broken_entry_point_is_named(monkeypatch, value):
    install(monkeypatch, "connectors", mine=value)
    with pytest.raises(SettingsError, match="mine"):
        connector_type("mine")
