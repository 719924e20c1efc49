"""The generated reference is what the code says now, and leaves nothing out."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
import shlex
import typing
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import click
import pytest

from connectors import available, connector_type
from connectors.settings import options
from intent_al.cli import COMMANDS, cli
from intent_al.project import config, settings
from intent_al.records import TurnKind
from intent_al.store.schema import OWNERS
from intent_al.strategies.registry import BUILT_IN, of_predictions
from intent_al.texts.masking import RULE_NAMES
from intent_al.training_data.formats import built_in, format_named
from tests.support.places import ROOT

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["commands", "configuration", "connectors", "formats", "lint"])
def test_reference_is_up_to_date(name: str, generator: ModuleType) -> None:
    pages: dict[Path, str] = generator.pages()
    assert pages[DOCS / f"{name}.md"] == _page(name), "run: python docs/generate.py"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_appears_with_its_options(name: str) -> None:
    section = _page("commands").partition(f"## `intent-al {name}`")[2].partition("\n## ")[0]
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    for option in command.params:
        if isinstance(option, click.Argument):
            assert f"{option.make_metavar(click.Context(command))}`" in section, option.name
        else:
            assert all(f"`{flag}`" in section for flag in option.opts), option.name


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_of_the_help_are_valid(name: str, generator: ModuleType) -> None:
    """They are parsed, not run; an option or a command that does not exist fails."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    _, examples = generator.help_and_examples(command)
    assert examples
    for line in examples:
        for call in line.split(" && "):
            program, called, *words = shlex.split(call)
            assert program == "intent-al"
            target = cli.get_command(click.Context(cli), called)
            assert target is not None
            assert _parses(target, words), call


def _parses(command: click.Command, words: list[str]) -> bool:
    if isinstance(command, click.Group):
        inner = command.get_command(click.Context(command), words[0])
        return inner is not None and _parses(inner, words[1:])
    parser = command.make_parser(click.Context(command))
    _, rest, _ = parser.parse_args(list(words))
    return not rest


def test_every_setting_appears() -> None:
    page = _page("configuration")
    for name, kind in typing.get_type_hints(settings.Settings).items():
        if dataclasses.is_dataclass(kind):
            section = page.partition(f"## `[{name}]`")[2].partition("\n## ")[0]
            assert all(f"| `{item.name}` |" in section for item in dataclasses.fields(kind)), name


def test_every_environment_variable_works(tmp_path: Path) -> None:
    (tmp_path / "domain.yml").touch()
    page = _page("configuration")
    for name, kind in typing.get_type_hints(settings.Settings).items():
        if not dataclasses.is_dataclass(kind):
            continue
        for item in dataclasses.fields(kind):
            variable = f"INTENT_AL_{name}_{item.name}".upper()
            if f"`{variable}`" in page:
                # a value that each of them may have: one is a share, one names rules
                special = {
                    "rules": "email",
                    "language": "de",
                    "ungated": "off",
                    "engine": "rasa",
                    "apply": "write",
                    "approval": "second person",
                    "encoder": "wordllama",
                    "patterns": "order=1",
                    "descriptions": "order=1",
                }
                value = special.get(item.name, "1")
                found = config.read_settings(None, root=tmp_path, environ={variable: value})
                assert getattr(getattr(found, name), item.name) in (
                    1,
                    value,
                    (value,),
                    {"order": value[6:]},
                ), variable


def test_every_connector_appears_with_its_settings(generator: ModuleType) -> None:
    for name in available():
        kind = connector_type(name)
        if generator.is_built_in(kind):
            section = _page("connectors").partition(f"\n## `{name}`")[2].partition("\n## ")[0]
            settings = options(kind.settings_type)
            assert all(f"| `{option.name}` |" in section for option in settings), name


def test_every_format_appears_with_its_suffixes() -> None:
    page = _page("formats")
    for name in built_in():
        (row,) = (line for line in page.splitlines() if line.startswith(f"| [`{name}`]"))
        assert all(f"`{suffix}`" in row for suffix in format_named(name).suffixes), name
        assert f"\n## `{name}`\n" in page


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Turn kinds", [kind.value for kind in TurnKind]),
        ("Masking", RULE_NAMES),
        ("Scores", list(of_predictions())),
    ],
)
def test_how_it_works_lists_all(heading: str, names: Sequence[str]) -> None:
    section = _page("how-it-works").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert sorted(listed) == sorted(names)


def test_how_it_works_names_every_table_with_its_stage() -> None:
    rows = [line for line in _page("how-it-works").splitlines() if line.startswith("| `")]
    for stage, tables in OWNERS.items():
        (row,) = (row for row in rows if row.startswith(f"| `{stage}` |") and "?" in row)
        assert all(f"`{table}`" in row for table in tables), stage


def test_every_strategy_is_listed_with_its_needs() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .+ \| ([\w, ]*) ?\|$", _page("strategies"), re.MULTILINE)
    listed = {name: {need for need in needs.strip().split(", ") if need} for name, needs in rows}
    assert listed == {name: {need.value for need in one.needs} for name, one in BUILT_IN.items()}
