"""What is run when somebody names a room, and what hygiene finds."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests import hygiene, run
from tests.support import environments
from tests.support.rooms import NoTestsError, mirroring


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    files = {
        "intent_al/workspace.py": "",
        "intent_al/lonely.py": "",
        "intent_al/store/queue.py": "",
        "intent_al/store/views/open.py": "",
        "tests/store/test_queue.py": "from intent_al.workspace import Workspace\n",
        "tests/stages/test_pull.py": "from intent_al import (\n    steps,\n)\n",
        "tests/browser/test_page.py": "from intent_al import workspace\n",
        "connectors/base.py": "",
        "tests/connectors/test_contract.py": "",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("place", "tests"),
    [
        ("intent_al/store", "tests/store"),
        ("intent_al/store/", "tests/store"),
        ("intent_al/store/queue.py", "tests/store/test_queue.py"),
        ("intent_al/store/views", "tests/store"),
        ("intent_al/store/views/open.py", "tests/store"),
        ("connectors/base.py", "tests/connectors"),
        ("intent_al", "tests"),
        ("tests/stages", "tests/stages"),
        ("tests/store/test_queue.py::test_one", "tests/store/test_queue.py::test_one"),
        ("intent_al/workspace.py", "tests/store/test_queue.py"),
    ],
)
def test_a_place_is_tested_by_what_mirrors_it(clone: Path, place: str, tests: str) -> None:
    assert mirroring(place, clone) == [tests]


def test_a_misspelt_room_is_told_from_the_one_that_was_meant(clone: Path) -> None:
    with pytest.raises(NoTestsError, match=r"no intent_al/stroe; did you mean intent_al/store\?"):
        mirroring("intent_al/stroe", clone)


def test_what_nothing_tests_is_said_so(clone: Path) -> None:
    with pytest.raises(NoTestsError, match=r"named after intent_al/lonely\.py"):
        mirroring("intent_al/lonely.py", clone)


def test_a_wrong_place_is_one_line_and_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["intent_al/stratgies"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_interpreter_is_none_of_our_own_and_the_same_however_it_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path / "ours")
    places = {name: tmp_path / name for name in ("ours/current/bin", "one", "other")}
    for name, folder in places.items():
        folder.mkdir(parents=True)
        program = folder / "python3.99"
        target = "/bin/false" if name.startswith("ours") else sys.executable
        program.write_text(f'#!/bin/sh\nexec {target} "$@"\n')
        program.chmod(0o755)
    found = set()
    for name in ("one", "other"):
        path = os.pathsep.join((str(places["ours/current/bin"]), str(places[name])))
        monkeypatch.setenv("PATH", path)
        found.add(environments.find_interpreter(("python3.99",)))
    assert len(found) == 1
    assert Path(found.pop() or "").is_file()
    monkeypatch.setenv("PATH", str(places["ours/current/bin"]))
    assert environments.find_interpreter(("python3.99",)) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"fine\n", None),
        (b"", None),
        (b"\0 no text \r", None),
        (b"a diff\n \n+more\n", None),
        (b"dos\r\n", "end with CR"),
        (b"cut off", "the last line has no end"),
        (b"one\ntwo \n", ":2: white space at the end"),
        (b"<<<<<<< ours\n", ":1: a merge was not finished"),
        (b"x" * 1_000_001 + b"\n", "1,000,002 bytes"),
    ],
)
def test_hygiene_finds_what_linters_do_not(
    content: bytes, said: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    found = list(hygiene.findings(path))
    assert [said in line for line in found if said] == [True] * bool(said), found
    assert len(found) == bool(said)
