"""A bot whose maker nobody here has heard of goes the whole way: nothing outside knows Rasa."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import small_bot
from tests.support.commands import Call
from tests.support.line_dialect import FILE
from tests.support.plugins import install

pytestmark = pytest.mark.slow

SETTINGS = """
[bot]
data = ["."]

[source.log]
connector = "jsonl"
path = "log.jsonl"

[apply]
out_of_scope_intent = "out_of_scope"

[select]
size = 20
"""


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lines of `intent: text`, and a log of what was said, in a folder of its own."""
    install(monkeypatch, "intent_al.dialects", lines="tests.support.line_dialect:LineDialect")
    folder = tmp_path / "bot"
    folder.mkdir()
    examples = {
        intent: [line.replace("[", "").partition("]")[0] for line in lines]
        for intent, lines in small_bot.EXAMPLES.items()
    }
    lines = [f"{intent}: {text}" for intent, texts in examples.items() for text in texts]
    (folder / FILE).write_text("# by hand\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "intent-al.toml").write_text(SETTINGS, encoding="utf-8")
    said = [
        {"conversation": f"c{number}", "text": text, "time": small_bot.START + 60 * number}
        for number, text in enumerate(small_bot.sentences(60))
    ]
    (folder / "log.jsonl").write_text("".join(json.dumps(one) + "\n" for one in said))
    return folder


def test_from_the_log_to_the_file_and_back(bot: Path, call: Call) -> None:
    before = (bot / FILE).read_bytes()
    assert call("intake", project=bot).code == 0
    key = small_bot.answer_key(small_bot.sentences(60))
    answers = small_bot.write_answers(bot / "answers.jsonl", key)
    reviewed = call("review", "--answers", answers, "--json", project=bot)
    assert reviewed.data["decided"] > 10, reviewed.err

    applied = call("apply", "--json", project=bot)
    assert applied.code == 0, applied.err
    assert applied.data["files"] == [FILE]
    after = (bot / FILE).read_bytes()
    assert after.startswith(before)
    assert sum(applied.data["added"].values()) == after.count(b"\n") - before.count(b"\n") > 10
    assert not any("rasa" in note.lower() or "domain" in note for note in applied.data["notes"])

    checked = call("check", project=bot)
    assert checked.code == 12, "no training data has passed a gate yet"
    assert "no training data passed the gate yet" in checked.out
    relaxed = call("check", "--ungated", "off", project=bot)
    assert relaxed.code == 0, relaxed.out + relaxed.err
    assert "none lost" in relaxed.out

    assert call("undo", project=bot).code == 0
    assert (bot / FILE).read_bytes() == before


def test_a_lost_decision_fails_the_build(bot: Path, call: Call) -> None:
    call("intake", project=bot)
    key = small_bot.answer_key(small_bot.sentences(60))
    answers = small_bot.write_answers(bot / "answers.jsonl", key)
    call("review", "--answers", answers, project=bot)
    assert call("apply", project=bot).code == 0
    path = bot / FILE
    path.write_bytes(path.read_bytes().rpartition(b"\n")[0].rpartition(b"\n")[0] + b"\n")
    checked = call("check", "--ungated", "off", project=bot)
    assert checked.code == 12
    assert "1 of" in checked.out


def test_edits_by_hand_and_what_the_maker_cannot_hold(bot: Path, call: Call) -> None:
    assert call("edit", "rename", "greet", "hello_there", project=bot).code == 0
    assert b"hello_there: hello\n" in (bot / FILE).read_bytes()
    assert b"greet:" not in (bot / FILE).read_bytes()
    refused = call("edit", "add", "hello_there", "hi [Kim](name)", project=bot)
    assert (refused.code, "no place for entities" in refused.err) == (2, True)
    refused = call("edit", "synonym", "mug", "cup", project=bot)
    assert refused.code == 8
    assert "files of lines cannot be changed so" in refused.err


def test_a_cycle_trains_judges_and_promotes(bot: Path, call: Call) -> None:
    with (bot / "intent-al.toml").open("a") as settings:
        settings.write('\n[gate]\ntest = ["held_out.jsonl"]\nminimum_items = 5\ntolerance = 1.0\n')
        settings.write("intent_tolerance = 1.0\n\n[cycle]\ndecisions = 1\n")
    held_out = [
        {"text": text, "intent": intent, "entities": []}
        for intent, texts in small_bot.TEST.items()
        for text in texts
    ]
    (bot / "held_out.jsonl").write_text("".join(json.dumps(one) + "\n" for one in held_out))
    call("intake", project=bot)
    key = small_bot.answer_key(small_bot.sentences(60))
    call("review", "--answers", small_bot.write_answers(bot / "a.jsonl", key), project=bot)
    cycled = call("cycle", "--apply", "write", "--json", project=bot)
    assert (cycled.code, cycled.data["outcome"]) == (0, "promoted"), cycled.err
    assert call("check", project=bot).code == 0, "what passed the gate may be shipped"
