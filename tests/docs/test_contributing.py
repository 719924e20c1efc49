"""The map has every room on its floor, the commands are those of the justfile, the paths exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from intent_al.project.config import tomllib
from tests.docs.blocks import ROOT
from tests.support.rooms import mirroring

PAGE = ROOT / "CONTRIBUTING.md"
DRAWING = ROOT / "docs" / "how-it-works.md"
DIVIDED = ("intent_al/cli", "intent_al/engines", "intent_al/training_data")
"""Rooms whose own folders are rooms, too."""
PROGRAMS = Path(sys.executable).parent
PLACE = re.compile(r"`((?:intent_al|connectors|tests|docs|example_bot)/[\w./]*)`")


def section(name: str, page: Path = PAGE) -> str:
    return page.read_text(encoding="utf-8").partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def on_the_map() -> dict[str, int]:
    """Rooms as the page lists them, with their floors."""
    floor, found = "", {}
    for number, room, *_ in rows(section("The rooms")):
        floor = number or floor
        found[room.strip("`").rstrip("/")] = int(floor)
    return found


def rooms() -> Iterator[str]:
    for package in ("intent_al", "connectors"):
        if package == "connectors":
            yield package  # its modules are its protocol: no rooms
        for path in sorted((ROOT / package).iterdir()):
            name = path.relative_to(ROOT).as_posix()
            if path.is_dir() and list(path.glob("*.py")):
                yield name
                if name in DIVIDED:
                    inner = [one for one in path.iterdir() if list(one.glob("*.py"))]
                    yield from (one.relative_to(ROOT).as_posix() for one in inner)
            elif package == "intent_al" and path.suffix == ".py" and path.name != "__init__.py":
                yield name


def test_the_map_has_every_room_and_no_other() -> None:
    assert sorted(on_the_map()) == sorted(rooms())


def layers() -> list[list[str]]:
    """The floors that import-linter holds, the highest first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (held,) = (one["layers"] for one in contracts if one["type"] == "layers")
    return [[name.strip() for name in layer.split(":")] for layer in held]


def test_rooms_are_on_the_floors_that_import_linter_holds() -> None:
    held = {name: floor for floor, names in enumerate(reversed(layers()), 1) for name in names}
    for room, floor in on_the_map().items():
        package, _, inside = room.partition("/")
        name = inside.partition("/")[0].removesuffix(".py")
        assert floor == (held[name] if package == "intent_al" else 0), room


def test_the_drawing_has_the_same_floors() -> None:
    drawn = section("Rooms", DRAWING).partition("```text\n")[2].partition("```")[0].splitlines()
    assert [line[:45].split() for line in drawn] == layers()


def test_every_place_that_the_page_names_exists() -> None:
    places = PLACE.findall(PAGE.read_text(encoding="utf-8"))
    assert len(places) > 50
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_every_room_has_tests_or_is_imported_by_some() -> None:
    for room in on_the_map():
        assert all((ROOT / path).exists() for path in mirroring(room, ROOT)), room


def just(*words: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("just", path=PROGRAMS)
    assert program, "`just` belongs to the extra `test`: run `python3 tests/run.py --setup`"
    return subprocess.run(
        [program, *words], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )


def test_each_short_command_is_the_plain_one_beside_it() -> None:
    listed = [
        [cell.strip("`") for cell in row[:2]] for row in rows(section("The first green test"))
    ]
    for short, plain in listed:
        program, *words = short.split()
        assert program == "just"
        done = just("--dry-run", *words)
        assert (done.returncode, done.stderr.strip()) == (0, plain), done
    named = {short.split()[1] for short, _ in listed}
    assert named == set(just("--summary").stdout.split())


def test_just_takes_an_environment_that_was_made_otherwise() -> None:
    (command,) = re.findall(r"`just (run=\".+?\" \w+)`", PAGE.read_text(encoding="utf-8"))
    run, recipe = re.fullmatch(r'(run=".+") (\w+)', command).groups()  # type: ignore[union-attr]
    done = just("--dry-run", run.replace('"', ""), recipe)
    assert done.stderr.strip() == f"python tests/run.py --here --{recipe}"


def hooks() -> list[dict[str, object]]:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    (local,) = yaml.safe_load(text)["repos"]
    assert local["repo"] == "local", "a hook of another repository would be fetched"
    found: list[dict[str, object]] = local["hooks"]
    return found


@pytest.mark.parametrize("hook", hooks(), ids=lambda hook: hook["id"])
def test_a_hook_runs_in_the_environment_and_passes(hook: dict[str, object]) -> None:
    assert hook["language"] == "system"
    program, *words = str(hook["entry"]).split()
    folder, name = program.rsplit("/", 1)
    assert folder == ".environments/current/bin"
    if words and words[0].endswith(".py"):
        assert (ROOT / words[0]).is_file()
    if "docs/generate.py" in words:
        return  # it writes; a test of its own says that there is nothing to write
    if not (PROGRAMS / name).exists():
        pytest.skip(f"{name} belongs to the extra `lint`")
    files = [] if hook.get("pass_filenames") is False else ["tests/hygiene.py", "tests/run.py"]
    done = subprocess.run(
        [PROGRAMS / name, *words, *files], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done
