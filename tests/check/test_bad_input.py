"""The build hook on a ledger, settings, files and names that are broken or hostile."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.check.answers import question, replace
from tests.support import a_ledger, small_bot
from tests.support.commands import Call, one_line


def test_a_ledger_with_windows_line_ends(call: Call, clone: Path) -> None:
    path = a_ledger.write(clone, ["hello", "hey"])
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert call("check", project=clone).code == 0
    replace(clone / "data" / "nlu.yml", "    - hey\n", "")
    found = call("check", "--ungated=off", "--json", project=clone)
    (finding,) = question(found, "applied changes")["findings"]
    assert b'"decision":101,' in path.read_bytes().split(b"\r\n")[finding["line"] - 1]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: b"", ("empty",)),
        (lambda text: b"\xff\xfe" + text, ("ledger:1", "no JSON")),
        (lambda text: text[: len(text) - 30], ("ledger:3", "no JSON")),
        (lambda text: b"<<<<<<< HEAD\n" + text, ("ledger:1", "no JSON")),
        (lambda text: text.replace(b'"ledger":1', b'"ledger":2'), ("ledger:1", "this version")),
        (lambda text: text.replace(b'"decision":101', b'"decision":"101"'), ("no entry",)),
        (lambda text: text.replace(b'"decision":101', b'"d":101'), ("no entry",)),
        (lambda text: b"[" * 5_000, ("ledger:1",)),
        (lambda text: b'{"ledger":1,"key":"k","gated":[1]}', ("ledger:1", "gated")),
        (lambda text: b"[]", ("ledger:1", "no JSON object")),
    ],
    ids=[
        "empty", "not UTF-8", "cut off", "conflict", "newer version", "a text for a number",
        "another key", "deep", "gated is a list", "a list",
    ],
)  # fmt: skip
def test_a_ledger_that_cannot_be_read(
    call: Call, clone: Path, damage: Any, words: tuple[str, ...]
) -> None:
    path = a_ledger.write(clone, ["hello", "hey"])
    path.write_bytes(damage(path.read_bytes()))
    one_line(call("check", project=clone), 5, "intent-al.ledger", *words)


def test_a_ledger_that_is_a_folder(call: Call, clone: Path) -> None:
    (clone / "intent-al.ledger").mkdir()
    one_line(call("check", project=clone), 5, "intent-al.ledger", "cannot be read")


def test_a_project_without_a_domain(call: Call, clone: Path) -> None:
    (clone / "domain.yml").unlink()
    called = call("check", project=clone)
    assert called.code == 0
    assert ", no domain" in called.out
    toml = clone / "intent-al.toml"
    toml.write_text(toml.read_text() + '[bot]\ndomain = "domains/shop.yml"\n')
    one_line(call("check", project=clone), 3, "shop.yml", "[bot] domain")


def test_settings_that_are_off(call: Call, clone: Path) -> None:
    toml = clone / "intent-al.toml"
    before = toml.read_text()
    toml.write_text(before + '[check]\nungated = "warn"\n')
    one_line(call("check", project=clone), 3, "[check] ungated", "'warn'", "'warning'")
    toml.write_text(before.replace("tests/test_nlu.yml", "absent.yml"))
    one_line(call("check", project=clone), 3, "absent.yml")
    toml.write_text(before + '[bot]\ndata = ["absent"]\n')
    one_line(call("check", project=clone), 5, "absent")
    one_line(call("check", "--no-cache", "--cache", "x.json", project=clone), 2, "--cache")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(call: Call, clone: Path) -> None:
    (clone / ".intent-al").mkdir()
    for folder in (clone / ".intent-al", clone):
        folder.chmod(0o500)
    try:
        assert call("check", project=clone).code == 0
    finally:
        for folder in (clone, clone / ".intent-al"):
            folder.chmod(0o700)


def test_a_line_of_100_kilobytes(call: Call, clone: Path) -> None:
    long = "word " * 20_000
    line = f"{long}eve@mail.test {long}"
    replace(clone / "data" / "nlu.yml", "    - hey\n", f"    - {line}\n")
    called = call("check", project=clone)
    assert called.code == 12
    assert max(map(len, called.out.splitlines())) < 300
    assert f":{7 + len(long)}: error" in called.out


@pytest.mark.parametrize(
    "name",
    ["a\nb\x1b[31m.yml", "\u202egnp.yml", "[bold]x.yml", "-p.yml", os.fsdecode(b"\xff.yml")],
    ids=["escape", "direction", "markup", "option", "not UTF-8"],
)
@pytest.mark.parametrize("words", [(), ("--json",)], ids=["people", "programs"])
def test_hostile_file_names(call: Call, clone: Path, name: str, words: tuple[str, ...]) -> None:
    try:
        (clone / "data" / name).write_text(small_bot.nlu({"greet": ["a@mail.test"]}))
    except OSError:
        pytest.skip("this file system has no such names")
    called = call("check", "--cache", clone / "kept.json", *words, project=clone)
    again = call("check", "--cache", clone / "kept.json", *words, project=clone)
    assert called.code == again.code == 12
    assert "\x1b" not in called.out
    assert "\u202e" not in called.out
    shown = [line for line in called.out.splitlines() if "email in a text" in line]
    assert len(shown) == 1
    assert ".yml" in called.out


def test_half_of_a_surrogate_pair_in_a_value(call: Call, clone: Path) -> None:
    half = '    - héy [you]{"entity": "who", "value": "a@mail.test \\ud800"}\n'
    replace(clone / "data" / "nlu.yml", "    - hey\n", half)
    a_ledger.write(clone, ["héy you"])
    for words in ((), ("--json",)):
        called = call("check", *words, project=clone)
        assert called.code == 12
        assert "value of the entity who" in called.out


def test_a_hostile_ledger_cannot_steer_the_terminal(call: Call, clone: Path) -> None:
    path = a_ledger.write(clone, ["hey"])
    replace(clone / "data" / "nlu.yml", "    - hey\n", "")
    replace(path, '"intent":"greet"', '"intent":"\\u001b[2J\\n\\u202e"')
    called = call("check", project=clone)
    assert called.code == 12
    assert "\x1b" not in called.out
    assert "\u202e" not in called.out
