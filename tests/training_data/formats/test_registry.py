"""Formats are found by name or suffix, without importing those that nobody uses."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from intent_al.errors import UsageError
from intent_al.training_data.formats import available, format_named, format_of
from tests.support.plugins import install


def test_no_library_is_loaded_before_it_is_needed() -> None:
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from intent_al.training_data.formats import available, format_of
        assert "docbin" in available()
        assert "intent_al.training_data.formats.docbin" not in sys.modules
        assert format_of(Path("a.spacy")).name == "docbin"
        assert "spacy" not in sys.modules
        """
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("jsnl", "no format 'jsnl'; did you mean 'jsonl'"),
        ("xml", "no format 'xml'; valid: delimited, docbin, jsonl"),
        ("base", "no format 'base'"),
        ("testing", "no format 'testing'"),
    ],
)
def test_unknown_names_are_answered_with_known_ones(name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        format_named(name)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.jsonl", "jsonl"),
        ("b/A.CSV", "delimited"),
        ("x.yaml", "rasa_yaml"),
        ("y.json", "rasa_json"),
    ],
)
def test_suffix_tells_the_format(path: str, name: str) -> None:
    assert format_of(Path(path)).name == name


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("a.xlsx", r"a\.xlsx: the suffix '\.xlsx' belongs to no format; known: \.csv"),
        ("a", "without"),
    ],
)
def test_unknown_suffix_is_answered_with_known_ones(path: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        format_of(Path(path))


def test_a_package_adds_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = "tests.training_data.formats.test_contract_twins:Honest"
    install(monkeypatch, "intent_al.formats", honest=twin, jsonl="no.such:Thing")
    assert "honest" in available()
    assert format_named("honest").name == "honest"
    assert format_of(Path("a.honest")).name == "honest"
    assert format_named("jsonl").name == "jsonl", "a built-in cannot be replaced"


@pytest.mark.parametrize("value", ["no.such.module:Thing", "json:loads", "json"])
def test_a_broken_entry_point_is_named_and_harms_no_other(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    install(monkeypatch, "intent_al.formats", mine=value)
    with pytest.raises(UsageError, match="mine"):
        format_named("mine")
    assert format_of(Path("a.csv")).name == "delimited"
