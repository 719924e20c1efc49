"""Every block of every document is run, or labelled as an exception and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors import available, connector_type
from connectors.settings import options
from intent_al.project.config import CONFIG_FILE, read_settings
from intent_al.project.settings import BotSettings, Settings
from intent_al.strategies.registry import open_strategy
from tests.docs.blocks import Block, blocks, documents, every_block
from tests.docs.output import missing_line, wrong_in_diff
from tests.docs.session import DECIDED, Session
from tests.support.places import ROOT

EXCEPTIONS = 14
"""Blocks that are not run, each with its reason in the document. Not to grow without need."""
KNOWN = {"shell", "python", "toml", "text", "diff"}
OUTPUTS = {"text", "diff"}


def _with(*languages: str) -> list[Path]:
    return [
        path
        for path in documents()
        if any(block.language in languages and block.label != "not run" for block in blocks(path))
    ]


def test_exceptions_are_labelled_and_counted() -> None:
    labelled = [block.place for block in every_block() if block.label == "not run"]
    assert len(labelled) == EXCEPTIONS, labelled


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    other = [block.place for block in every_block() if block.language not in KNOWN]
    assert not other


def test_every_output_follows_the_block_that_prints_it() -> None:
    for path in documents():
        found = [block for block in blocks(path) if block.label != "not run"]
        for before, block in zip([None, *found], found, strict=False):
            if block.language in OUTPUTS:
                assert before is not None, block.place
                assert before.language == "shell", block.place


@pytest.mark.slow
@pytest.mark.parametrize("path", _with("shell", "python"), ids=lambda path: path.stem)
def test_blocks_run_in_order(path: Path, tmp_path: Path) -> None:
    contributing = path.name == "CONTRIBUTING.md"
    session = Session(tmp_path, ROOT if contributing else None)
    if path.name == "README.md":
        (session.bot / CONFIG_FILE).unlink()  # "nothing has to be configured"
    output = ""
    for block in blocks(path):
        if block.label == "not run":
            continue
        if block.label == "file":
            session.write(block.value, block.text)
        elif block.language in ("shell", "python"):
            run = session.shell if block.language == "shell" else session.python
            done = run(block.text)
            output = done.stdout
            assert done.returncode in block.exit_codes, f"{block.place}\n{output}"
            assert "Traceback" not in output, f"{block.place}\n{output}"
            if "intent-al review " in block.text and "--answers" not in block.text:
                assert DECIDED in output, f"{block.place}: nobody pressed a key\n{output}"
        elif block.language == "text":
            line = missing_line(block.text, output)
            assert line is None, f"{block.place}: {line!r} is not in\n{output}"
        elif block.language == "diff":
            wrong = list(wrong_in_diff(block.text, output, session.bot))
            assert not wrong, f"{block.place}: {wrong} is not in\n{output}"


@pytest.mark.parametrize(
    "block",
    [
        block
        for block in every_block()
        if block.language == "toml" and block.value != "pyproject.toml"
    ],
    ids=lambda block: block.place,
)
def test_settings_are_valid(block: Block, tmp_path: Path) -> None:
    settings = _settings(block, tmp_path)
    open_strategy(settings.select.strategy)
    for name, values in settings.sources.items():
        connector = values.get("connector", "rasa_sql" if name == "rasa" else None)
        if connector not in available():
            assert any(f'name: ClassVar[str] = "{connector}"' in one.text for one in every_block())
            continue
        declared = {option.name for option in options(connector_type(connector).settings_type)}
        assert set(values) - {"connector"} <= declared, name


def test_the_file_of_all_defaults_changes_nothing(tmp_path: Path) -> None:
    (block,) = (
        block
        for block in blocks(ROOT / "docs" / "configuration.md")
        if f'name = "{BotSettings().name}"' in block.text
    )
    assert _settings(block, tmp_path) == Settings()


def test_tutorial_shows_the_example_bots_settings() -> None:
    (block,) = (
        block for block in blocks(ROOT / "docs" / "tutorial.md") if block.language == "toml"
    )
    assert block.text == (ROOT / "example_bot" / CONFIG_FILE).read_text(encoding="utf-8")


def _settings(block: Block, folder: Path) -> Settings:
    (folder / "domain.yml").touch()
    (folder / CONFIG_FILE).write_text(block.text, encoding="utf-8")
    return read_settings(folder / CONFIG_FILE, environ={})
