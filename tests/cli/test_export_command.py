"""``intent-al export``: what is written can be used, and what is not written is said."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from intent_al.project.config import find_project
from intent_al.stages import review
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.formats import built_in, format_named
from intent_al.training_data.formats.testing import found
from intent_al.workspace import Workspace
from tests.support import small_bot
from tests.support.commands import MAIN, Call, one_line
from tests.support.limits import HANG
from tests.support.places import ROOT

WRITABLE = [name for name in built_in() if format_named(name).writable]
UNALIGNED = "    - has my [ref](part)und been sent yet\n"


@pytest.fixture
def decided(call: Call, pulled: Path, tmp_path: Path) -> Path:
    key = small_bot.answer_key(small_bot.sentences(90))
    answers = small_bot.write_answers(tmp_path / "answers.jsonl", key)
    entities = '"entities": [{"entity": "product", "start": 0, "end": 2, "role": "r"}]'
    answers.write_text(answers.read_text().replace("}\n", f", {entities}}}\n"))
    assert call("review", "--answers", answers, "--reviewer", "=kim", project=pulled).code == 0
    return pulled


@pytest.mark.parametrize("name", WRITABLE)
def test_exported_examples_are_the_bots(call: Call, bot: Path, tmp_path: Path, name: str) -> None:
    form = format_named(name)
    target = tmp_path / f"out{form.suffixes[0]}"
    called = call("export", target, project=bot)
    assert called.code == 0
    assert called.out == f"exported 30 examples to {target} as {name}\n"
    assert found(form.read(target.read_bytes(), target)) == found(nlu_yaml.read([bot / "data"]))


def test_a_format_may_be_named_and_json_says_what_was_done(
    call: Call, bot: Path, tmp_path: Path
) -> None:
    nlu = bot / "data" / "nlu.yml"
    nlu.write_text(nlu.read_text() + "- lookup: city\n  examples: |\n    - Rome\n")
    called = call("export", tmp_path / "x.txt", "--format", "jsonl", "--json", project=bot)
    assert called.data == {
        "file": str(tmp_path / "x.txt"),
        "format": "jsonl",
        "found": {"examples": 30, "lookup tables": 1},
        "lost": [],
    }
    shown = call("export", tmp_path / "y.jsonl", project=bot).out
    assert "only examples are exported; 1 lookup tables stay where they are" in shown


def test_standard_output_holds_the_file_alone(call: Call, bot: Path) -> None:
    called = call("export", "-", project=bot)
    assert (called.code, called.err) == (0, "")
    assert json.loads(called.out.splitlines()[0]) == {"text": "hello", "intent": "greet"}
    one_line(call("export", "-", "--format", "docbin", project=bot), 2, "docbin", "no text")
    assert call("export", "-", "--json", project=bot).code == 2


def test_what_cannot_be_held_stops_the_export_unless_it_may(
    call: Call, bot: Path, tmp_path: Path
) -> None:
    nlu = bot / "data" / "nlu.yml"
    nlu.write_text(nlu.read_text() + "- intent: x\n  examples: |\n" + UNALIGNED)
    target = tmp_path / "out.spacy"
    called = call("export", target, project=bot)
    one_line(called, 8, "1 of 31", "'has my refund been sent yet'", "within a word", "--lossy")
    assert not target.exists()
    called = call("export", target, "--lossy", project=bot)
    assert called.code == 0
    assert "31 examples" in called.out
    assert "1 of them not wholly" in called.out
    assert "lost: 'has my refund been sent yet': the entity 'part' ('ref')" in called.out
    assert len(format_named("docbin").read(target.read_bytes(), target).examples) == 30
    lost = call("export", target, "--lossy", "--force", "--json", project=bot).data["lost"]
    assert [one["text"] for one in lost] == ["has my refund been sent yet"]


def test_a_file_is_replaced_only_when_asked_for(call: Call, bot: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("mine")
    one_line(call("export", target, project=bot), 2, str(target), "--force")
    assert target.read_text() == "mine"
    assert call("export", target, "--force", project=bot).code == 0
    assert "refund" in target.read_text()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.csv"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("data/more.yml",), "every example twice"),
        (("data/nlu.yml", "--force"), "every example twice"),
        (("data/more.json", "--format", "jsonl"), "every example twice"),
        (("data", "--format", "jsonl"), "is a folder"),
        (("no/such/x.csv",), "folder that does not exist"),
        (("x.xlsx",), "known: .csv"),
        (("x", "--format", "jsn"), "did you mean 'jsonl'"),
        (("x.json",), "rasa_json is read only"),
        (("x.yml", "--decisions"), "decisions can be written as jsonl and delimited"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    call: Call, bot: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(bot)
    before = (bot / "data" / "nlu.yml").read_bytes()
    one_line(call("export", *words), 2, said)
    assert (bot / "data" / "nlu.yml").read_bytes() == before
    assert [path.name for path in (bot / "data").iterdir()] == ["nlu.yml"]


def test_a_broken_file_of_the_bot_is_named(call: Call, bot: Path, tmp_path: Path) -> None:
    (bot / "data" / "old.json").write_text('{"rasa_nlu_data": {\n"common_examples": 1}}')
    one_line(call("export", tmp_path / "x.csv", project=bot), 5, "old.json:2", "must be a list")


def test_decisions_are_exported_with_who_and_when(
    call: Call, decided: Path, tmp_path: Path
) -> None:
    assert call("export", tmp_path / "d.jsonl", "--decisions", project=decided).code == 0
    records = [json.loads(line) for line in (tmp_path / "d.jsonl").read_text().splitlines()]
    assert len(records) == 20
    assert {record["reviewer"] for record in records} == {"=kim"}
    assert {record["outcome"] for record in records} == {"labelled", "out_of_scope"}
    assert all(record["decided_at"].endswith("+00:00") for record in records)
    assert any(record["entities"] for record in records)
    assert {(record["language"], record["channel"]) for record in records} == {("und", "rest")}
    call("export", tmp_path / "d.csv", "--decisions", project=decided)
    text = (tmp_path / "d.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["text"] for row in rows] == [record["text"] for record in records]
    assert {row["reviewer"] for row in rows} == {"'=kim"}, "a name may be a formula, too"
    assert {(row["language"], row["channel"]) for row in rows} == {("und", "rest")}


def test_exported_decisions_answer_for_another_project(
    call: Call,
    decided: Path,
    pulled: Path,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    call("export", tmp_path / "d.jsonl", "--decisions", project=decided)
    other = small_bot.make(tmp_path_factory.mktemp("other") / "bot")
    assert call("intake", project=other).code == 0
    called = call("review", "--answers", tmp_path / "d.jsonl", "--json", project=other)
    assert called.code == 0
    call("export", tmp_path / "e.jsonl", "--decisions", project=other)
    assert len((tmp_path / "e.jsonl").read_text().splitlines()) == 20


def test_decisions_that_were_undone_are_not_exported(call: Call, decided: Path) -> None:
    before = call("export", "-", "--decisions", project=decided).out.splitlines()
    with Workspace(find_project(decided)) as workspace:
        review.undo(workspace.store, reviewer="=kim")
    assert call("export", "-", "--decisions", project=decided).out.splitlines() == before[:-1]


def test_no_decisions_are_no_lines(call: Call, pulled: Path) -> None:
    called = call("export", "-", "--decisions", project=pulled)
    assert (called.code, called.out) == (0, "")


def test_a_terminal_is_shown_texts_that_cannot_steer_it(bot: Path) -> None:
    (bot / "data" / "old.json").write_text(
        json.dumps(
            {"rasa_nlu_data": {"common_examples": [{"text": "\x1b[31m\u202ered", "intent": "a"}]}}
        )
    )
    master, slave = pty.openpty()
    subprocess.run(
        [sys.executable, "-c", MAIN, "export", "-", "--format", "delimited"],
        cwd=bot,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        stdout=slave,
        timeout=HANG,
        check=True,
    )
    os.close(slave)
    shown = os.read(master, 100_000)
    os.close(master)
    assert b"red" in shown
    assert b"\x1b" not in shown
    assert "\u202e".encode() not in shown
