"""The README's two commands are the ones of the project; its pictures are there and its own."""

from __future__ import annotations

import re
import shlex
from xml.etree import ElementTree

import pytest

from intent_al.cli import COMMANDS
from intent_al.project.config import tomllib
from tests.docs.blocks import blocks
from tests.support.places import ROOT


def _commands() -> list[str]:
    return [
        block.text.strip()
        for block in blocks(ROOT / "README.md")
        if block.language == "shell" and block.label == "not run"
    ]


def _project() -> dict[str, object]:
    project: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return project


def test_first_command_installs_this_project_and_runs_its_demo() -> None:
    make, install, run = _commands()[0].split(" && ")
    assert make == "python3 -m venv .venv"
    program, verb, *words = shlex.split(install)
    assert (program, verb) == (".venv/bin/pip", "install")
    assert words[-1] == "."
    assert (ROOT / words[words.index("-c") + 1]).is_file()
    script, command = shlex.split(run)
    project = _project()["project"]
    assert isinstance(project, dict)
    assert script.removeprefix(".venv/bin/") in project["scripts"]
    assert command in COMMANDS


def test_second_command_is_what_the_build_runs() -> None:
    program, script = shlex.split(_commands()[1])
    assert program == "python3"
    assert (ROOT / script).is_file()
    build = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(rf"^exec .*{re.escape(f'{program} {script}')}$", build, re.MULTILINE)


def test_licence_and_pythons_are_the_projects() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    project = _project()["project"]
    assert isinstance(project, dict)
    assert project["requires-python"] == ">=3.10,<3.14"
    assert "Python 3.10 to 3.13" in readme
    assert project["license"] == "Apache-2.0"
    assert "Apache License 2.0" in readme


@pytest.mark.parametrize("name", ["review", "demo"])
def test_pictures_are_whole_and_load_nothing(name: str) -> None:
    path = ROOT / "docs" / "images" / f"{name}.svg"
    text = path.read_text(encoding="utf-8")
    assert ElementTree.fromstring(text).tag.endswith("svg")
    foreign = set(re.findall(r"https?://[^\s\"')]+", text))
    assert foreign <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}
