"""The whole loop on the example bot, command by command, as an operator would type it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from intent_al import cli
from intent_al.project.config import find_project
from intent_al.records import Outcome
from intent_al.stages.review.answers import read_answers
from intent_al.store import queue
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.workspace import Workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def bot(after_intake: Path, tmp_path: Path) -> Path:
    return shutil.copytree(after_intake, tmp_path / "bot")


def called(capsys: pytest.CaptureFixture[str], bot: Path, *args: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = cli.run([*args, "--json", "--project", str(bot)])
    return code, json.loads(capsys.readouterr().out)


def intents_by_text(bot: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in nlu_yaml.read([bot / "data"]).examples:
        found.setdefault(one.example.text, set()).add(one.example.intent)
    return found


def waiting(bot: Path, *, queue_of: str = "") -> set[str]:
    """Texts that wait for a human, of one quota or of all."""
    with Workspace(find_project(bot)) as workspace:
        items = queue.open_items(workspace.store)
    return {item.text for item in items if not queue_of or item.quota == queue_of}


def test_a_log_goes_in_and_a_judged_candidate_comes_out(
    bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taught_before = intents_by_text(bot)
    answers = bot / "recording" / "answers.jsonl"
    code, reviewed = called(capsys, bot, "review", "--answers", str(answers))
    assert code == 0
    labels = waiting(bot, queue_of="labels")
    assert reviewed["without_answer"] == len(labels), "the recording answers what people said"
    assert reviewed["decided"] >= 45
    code, applied = called(capsys, bot, "apply")
    assert code == 0
    assert applied["written"]
    code, candidate = called(capsys, bot, "retrain")
    assert code == 0
    assert candidate["examples"] == len(taught_before) + sum(applied["added"].values())
    code, verdict = called(capsys, bot, "gate")
    assert code in (0, 10, 11)
    assert {row["name"] for row in verdict["sets"]} >= {"test_nlu", "held_out_traffic"}
    assert verdict["candidate"] == candidate["model"]
    assert verdict["overall"]["items"] > 300
    _, status = called(capsys, bot, "status")
    assert (status["in_queue"], status["waiting_for_apply"]) == (len(labels), 0)
    assert status["last_verdict"] == verdict["outcome"]


def test_the_additions_are_the_reviewers_answers_and_nothing_else(
    bot: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bot / "recording" / "answers.jsonl"
    with Workspace(find_project(bot)) as workspace:
        known = read_answers(path, workspace.masker, "out_of_scope")
        audited = set(queue.audited_texts(workspace.store))
    before = intents_by_text(bot)
    called(capsys, bot, "review", "--answers", str(path))
    called(capsys, bot, "apply")
    added = {
        text: intents - before.get(text, set())
        for text, intents in intents_by_text(bot).items()
        if intents != before.get(text, set())
    }
    assert len(added) > 30
    for text, intents in added.items():
        answer = known[text]
        expected = "out_of_scope" if answer.outcome is Outcome.OUT_OF_SCOPE else answer.intent
        assert intents == {expected}
        assert text not in audited


def test_the_next_batch_asks_nothing_twice(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = waiting(bot)
    answers = bot / "recording" / "answers.jsonl"
    called(capsys, bot, "review", "--answers", str(answers))
    called(capsys, bot, "apply")
    code, again = called(capsys, bot, "intake")
    assert code == 0
    assert again["pull"]["events"] == 0
    left = waiting(bot, queue_of="labels") & first  # not answered by the recording
    chosen = waiting(bot) - waiting(bot, queue_of="audit") - left
    assert chosen
    assert not chosen & first


def test_held_out_texts_reach_neither_queue_nor_files(bot: Path) -> None:
    with Workspace(find_project(bot)) as workspace:
        held_out = {text.casefold() for text in workspace.held_out_texts()}
        asked = {
            item.text.casefold()
            for item in queue.open_items(workspace.store)
            if item.quota != "audit"
        }
    assert held_out
    assert not asked & held_out
