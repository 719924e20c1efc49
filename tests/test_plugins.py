"""Plug-ins of all kinds are found in one way, also those written for modules that have moved."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors import open_connector
from connectors.errors import ConnectorError
from intent_al.encoders.registry import open_encoder
from intent_al.errors import ConfigError, IntentAlError
from intent_al.plugins import MOVED
from intent_al.strategies.registry import open_strategy
from intent_al.training_data.dialects.registry import dialect_named
from intent_al.training_data.formats import format_named
from tests.support.commands import Call
from tests.support.plugins import install

DATA = "intent_al.training_data"

OPENERS: dict[str, Callable[[str], object]] = {
    "connectors": lambda name: open_connector(name, {}),
    "intent_al.dialects": dialect_named,
    "intent_al.encoders": lambda name: open_encoder(name, []),
    "intent_al.formats": format_named,
    "intent_al.strategies": open_strategy,
}


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Installs a module of that source as the plug-in ``mine``."""

    def write(group: str, source: str) -> None:
        name = f"a_plugin_{tmp_path.name}"
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        install(monkeypatch, group, mine=f"{name}:Mine")

    return write


@pytest.mark.parametrize("group", OPENERS)
@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "from connectors.sources._lines import Position",
            "connectors.sources._lines is now connectors.reading.lines",
        ),
        (
            "from connectors.sources import _rasa",
            "connectors.sources._rasa is now connectors.rasa.events",
        ),
        ("import no_such_library", "No module named 'no_such_library'"),
        ("from connectors.base import NoSuch", "cannot import name 'NoSuch'"),
        ("1 / 0", "division by zero"),
    ],
)
def test_a_plug_in_that_cannot_be_imported_is_one_line(
    plugin: Callable[[str, str], None], group: str, source: str, said: str
) -> None:
    plugin(group, source)
    with pytest.raises((ConnectorError, IntentAlError)) as caught:
        OPENERS[group]("mine")
    assert "'mine' cannot be imported: " in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "source",
    [
        "from intent_al.training_data.rasa_yaml import RasaYaml",
        "from intent_al.training_data import rasa_yaml",
        "import intent_al.training_data.rasa_yaml",
    ],
)
def test_a_format_for_the_old_places_is_told_the_new_one(
    plugin: Callable[[str, str], None], call: Call, bot: Path, source: str
) -> None:
    # Its help lists the formats when it is imported, and others read that help after us.
    importlib.import_module("intent_al.cli.commands.export")
    plugin("intent_al.formats", source)
    called = call("export", bot / "out.txt", "--format", "mine", project=bot)
    assert called.code == 2
    new = "intent_al.training_data.dialects.rasa.nlu_yaml"
    assert f"intent_al.training_data.rasa_yaml is now {new}" in called.err
    assert "Traceback" not in called.err


def test_what_is_made_without_arguments_may_fail_in_one_line(
    plugin: Callable[[str, str], None],
) -> None:
    plugin("intent_al.strategies", "def Mine():\n    raise RuntimeError('no licence')")
    with pytest.raises(ConfigError, match="the strategy 'mine' cannot be imported: no licence"):
        open_strategy("mine")


@pytest.mark.parametrize("group", OPENERS)
def test_a_name_that_there_is_not_is_answered_with_the_nearest(
    plugin: Callable[[str, str], None], group: str
) -> None:
    plugin(group, "")
    with pytest.raises((ConnectorError, IntentAlError), match="; did you mean 'mine'"):
        OPENERS[group]("mime")


@pytest.mark.parametrize("old", MOVED)
def test_what_has_moved_is_where_it_is_said_to_be(old: str) -> None:
    assert importlib.util.find_spec(MOVED[old])
    try:
        still = importlib.util.find_spec(old)
    except ModuleNotFoundError:
        still = None
    # A room may have the name that a module had, or a new module be what is left of an old one.
    assert still is None or still.submodule_search_locations or old == f"{DATA}.domain"
