"""``intent-al report`` on a bot that was judged by the commands before it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from intent_al import cli
from tests.support import small_bot
from tests.support.commands import Call


@pytest.fixture(scope="module")
def _judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small_bot.make(tmp_path_factory.mktemp("judged") / "bot")
    answers = small_bot.answer_key(small_bot.sentences(90))
    path = small_bot.write_answers(folder / "answers.jsonl", answers)
    for words in (("intake",), ("review", "--answers", str(path)), ("apply",), ("retrain",)):
        assert cli.run([*words, "--project", str(folder)]) == 0, words
    assert cli.run(["gate", "--project", str(folder)]) in (0, 10, 11)
    return folder


@pytest.fixture
def judged(_judged: Path, tmp_path: Path) -> Path:
    return shutil.copytree(_judged, tmp_path / "judged")


def test_the_page_lies_in_our_own_folder_and_its_path_is_printed(call: Call, judged: Path) -> None:
    called = call("report", project=judged)
    assert (called.code, called.err) == (0, "")
    path = Path(called.out.strip())
    assert path == (judged / ".intent-al" / "reports" / "run-1.html").resolve()
    text = path.read_text(encoding="utf-8")
    for section in ("figures", "intents", "calibration", "learned", "run"):
        assert f'<section id="{section}">' in text


def test_the_same_as_json_writes_no_file(call: Call, judged: Path) -> None:
    called = call("report", "--json", "--run", 1, project=judged)
    assert called.code == 0
    assert not (judged / ".intent-al" / "reports").exists()
    data = called.data
    assert data["run"]["id"] == 1
    assert data["verdict"]["overall"]["items"] >= 16
    decided = {row["text"]: row for row in data["learned"]}
    assert decided
    known = {str(row["text"]): row for row in small_bot.answer_key(small_bot.sentences(90))}
    for text, row in decided.items():
        assert (row["intent"] or row["outcome"]) == known[text]["intent"]
        assert row["new"]
    taught = (judged / "data" / "nlu.yml").read_text(encoding="utf-8")
    assert sum(text in taught for text in decided) >= len(decided) - 2  # entities are marked up


def test_a_file_of_its_own_is_html_or_json_by_its_name(
    call: Call, judged: Path, tmp_path: Path
) -> None:
    page, data = tmp_path / "new" / "page.html", tmp_path / "data.json"
    assert call("report", "-o", page, project=judged).out.strip() == str(page)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    printed = call("report", "--output", data, "--json", project=judged).data
    assert json.loads(data.read_text(encoding="utf-8")) == printed


def test_no_verdict_no_run_no_folder(call: Call, judged: Path, bot: Path, tmp_path: Path) -> None:
    before = call("report", project=bot)
    assert before.code == 9
    assert "intent-al gate" in before.err
    assert len(before.err.splitlines()) == 1
    unknown = call("report", "--run", 7, project=judged)
    assert unknown.code == 9
    assert "there is no run 7; judged: 1" in unknown.err
    (tmp_path / "file").write_text("")
    into_file = call("report", "-o", tmp_path / "file" / "page.html", project=judged)
    assert into_file.code == 3
    assert "cannot be written" in into_file.err
    assert call("report", "-o", tmp_path, project=judged).code == 2
    assert call("report", "--run", 0, project=judged).code == 2
