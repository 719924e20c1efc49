"""Bad input: one line that says what was found and where, an exit code of its own, no traceback."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from intent_al.project.locks import lock
from tests.support import small_bot
from tests.support.commands import Call, one_line

NLU_HEAD = 'version: "3.1"\nnlu:\n'


def files_of(folder: Path) -> dict[str, bytes]:
    """All files of a bot but our own state."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".intent-al" not in path.parts
    }


def test_a_folder_that_is_no_project(call: Call, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    called = call("status", project=tmp_path / "empty")
    one_line(called, 3, "no intent-al.toml", "--project")
    assert not list((tmp_path / "empty").iterdir())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("tracker_store: [", ("endpoints.yml", "no YAML")),
        ("- a list\n", ("endpoints.yml", "mapping")),
        ("action_endpoint:\n  url: http://x\n", ("endpoints.yml", "no tracker_store")),
        ("tracker_store:\n  type: redis\n", ("endpoints.yml", "'redis'")),
        ("tracker_store:\n  type: SQL\n  db: absent.db\n", ("absent.db",)),
        ("tracker_store:\n  type: SQL\n  dialect: nonsense\n  url: h\n", ("nonsense",)),
        (None, ("endpoints.yml", "missing")),
    ],
    ids=["broken", "list", "in memory", "redis", "absent file", "unknown dialect", "missing"],
)
def test_endpoints_that_name_no_log(
    call: Call, bot: Path, content: str | None, words: tuple[str, ...]
) -> None:
    if content is None:
        (bot / "endpoints.yml").unlink()
    else:
        (bot / "endpoints.yml").write_text(content)
    before = files_of(bot)
    called = call("intake", project=bot)
    assert called.code in (3, 4)
    one_line(called, called.code, *words)
    assert files_of(bot) == before


def test_a_corrupt_tracker_store(call: Call, bot: Path) -> None:
    (bot / "rasa.db").write_bytes(b"this is not a database, whatever its name says" * 100)
    one_line(call("pull", project=bot), 4, "rasa.db")


def test_a_tracker_store_that_somebody_locks(call: Call, bot: Path) -> None:
    (bot / "intent-al.toml").write_text(
        '[source.rasa]\nconnector = "rasa_sql"\nurl = "sqlite:///'
        + (bot / "rasa.db").as_posix()
        + '?timeout=0.2"\n'
    )
    holder = sqlite3.connect(bot / "rasa.db")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        one_line(call("pull", project=bot), 4, "rasa.db", "locked")
    finally:
        holder.rollback()
        holder.close()
    assert call("pull", project=bot).code == 0


def test_a_tracker_store_without_user_events(call: Call, bot: Path) -> None:
    small_bot.write_log(bot / "rasa.db", [])
    called = call("intake", project=bot)
    one_line(called, 9, "no user message", "the log that the bot writes to")


def test_a_database_of_ours_that_is_corrupt(call: Call, pulled: Path) -> None:
    for path in (pulled / ".intent-al").glob("intent-al.db*"):
        path.write_bytes(b"garbage" * 1000)
    one_line(call("status", project=pulled), 6, "intent-al.db", "no usable database")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (NLU_HEAD + "- intent: a\n  examples: |\n  - no indent\n", ("nlu.yml",)),
        (NLU_HEAD + "- intent: [a\n", ("nlu.yml",)),
        (NLU_HEAD + "- intent: a\n  examples: |\n    - [x]{broken}\n", ("nlu.yml",)),
    ],
)
@pytest.mark.parametrize("command", ["predict", "select", "apply", "retrain"])
def test_training_data_that_rasa_rejects(
    call: Call, pulled: Path, text: str, words: tuple[str, ...], command: str
) -> None:
    (pulled / "data" / "nlu.yml").write_text(text)
    before = files_of(pulled)
    one_line(call(command, project=pulled), 5, *words)
    assert files_of(pulled) == before


def test_training_data_with_one_intent(call: Call, bot: Path) -> None:
    (bot / "data" / "nlu.yml").write_text(small_bot.nlu({"greet": ["hello", "hi"]}))
    one_line(call("intake", project=bot), 9, "intent")


def test_a_folder_without_examples(call: Call, bot: Path) -> None:
    (bot / "data" / "nlu.yml").write_text(NLU_HEAD.replace("nlu:", "nlu: []"))
    called = call("predict", project=bot)
    assert called.code in (5, 9)
    one_line(called, called.code)


def test_a_log_line_that_is_no_json_is_skipped_and_said(call: Call, bot: Path) -> None:
    (bot / "events.jsonl").write_text('{"sender_id": "a", "event": "user"\n')
    (bot / "intent-al.toml").write_text(
        '[source.spool]\nconnector = "rasa_events"\npath = "events.jsonl"\n'
    )
    called = call("pull", project=bot)
    assert called.code == 0
    assert "skipped" in called.out
    assert "JSON" in called.out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[selekt]\nsize = 3\n", ("unknown table 'selekt'", "did you mean 'select'?")),
        ("[select]\nsise = 3\n", ("[select] sise", "did you mean 'size'?")),
        ('[select]\nsize = "many"\n', ("size", "'many'")),
        ("[select\n", ("no TOML",)),
    ],
)
def test_settings_that_are_off(call: Call, bot: Path, text: str, words: tuple[str, ...]) -> None:
    (bot / "intent-al.toml").write_text(text)
    one_line(call("status", project=bot), 3, "intent-al.toml", *words)


def test_a_second_intake_ends_at_once(call: Call, bot: Path) -> None:
    with lock(bot / ".intent-al", "intake"):
        one_line(call("intake", project=bot), 7, "another `intake` is running")
    assert call("intake", project=bot).code == 0


def test_review_without_a_terminal(call: Call, pulled: Path) -> None:
    one_line(call("review", project=pulled), 2, "needs a terminal", "--answers")


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '"text"',
        '{"intent": "greet"}',
        '{"text": 3, "intent": "greet"}',
        '{"text": "hello"}',
        '{"text": "hello", "intent": ""}',
        '{"text": "hello", "intent": ["greet"]}',
        '{"text": "hello", "outcome": "perhaps"}',
        '{"text": "hello", "intent": "greet", "entities": [{"entity": "x"}]}',
        '{"text": "hello", "intent": "greet", "entities": [{"entity":"x","start":2,"end":9}]}',
        '{"text": "hello", "intent": "greet", "entities": 7}',
        "\xff\xfe",
    ],
)
def test_an_answers_file_that_is_broken_decides_nothing(
    call: Call, pulled: Path, line: str, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.jsonl"
    good = small_bot.write_answers(answers, small_bot.answer_key(small_bot.sentences(90)))
    good.write_text(good.read_text() + line + "\n", encoding="latin-1")
    number = len(good.read_bytes().splitlines())
    called = call("review", "--answers", answers, project=pulled)
    one_line(called, 5, f"answers.jsonl:{number}")
    assert call("status", "--json", project=pulled).data["decided"] == 0


@pytest.mark.parametrize("command", ["select", "score"])
def test_an_unknown_strategy(call: Call, pulled: Path, command: str) -> None:
    one_line(call(command, "--strategy", "marign", project=pulled), 2, "'marign'", "margin")


def test_commands_that_come_too_early_say_what_to_run_first(call: Call, bot: Path) -> None:
    one_line(call("score", project=bot), 9, "intent-al predict")
    one_line(call("select", project=bot), 9, "intent-al predict")
    one_line(call("gate", project=bot), 9, "intent-al retrain")


def test_gate_without_test_files(call: Call, pulled: Path) -> None:
    (pulled / "intent-al.toml").write_text("")
    assert call("retrain", project=pulled).code == 0
    one_line(call("gate", project=pulled), 3, "[gate] test")


def test_a_test_file_that_does_not_exist(call: Call, pulled: Path) -> None:
    (pulled / "intent-al.toml").write_text('[gate]\ntest = ["absent.yml"]\n')
    one_line(call("select", project=pulled), 3, "absent.yml", "does not exist")


def test_a_test_file_that_is_broken(call: Call, pulled: Path) -> None:
    (pulled / "intent-al.toml").write_text('[gate]\ntest = ["t.jsonl"]\n')
    (pulled / "t.jsonl").write_text('{"text": "a", "intent": "b"}\n{"text": "a"}\n')
    one_line(call("select", project=pulled), 5, "t.jsonl:2", "intent")


def test_words_that_are_off(call: Call, bot: Path) -> None:
    one_line(call("statsu"), 2, "'statsu'", "did you mean 'status'?")
    one_line(call("status", "--jsn"), 2, "--json", "intent-al status --help")
    one_line(call("status", "--project", bot / "absent"), 2, "absent")
    one_line(call("select", "--size", "0", project=bot), 2, "--size")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_project_that_cannot_be_written(call: Call, bot: Path) -> None:
    bot.chmod(0o500)
    try:
        one_line(call("status", project=bot), 3, ".intent-al", "cannot be written")
    finally:
        bot.chmod(0o700)


def test_a_state_folder_that_is_a_file(call: Call, bot: Path) -> None:
    (bot / ".intent-al").write_text("in the way")
    one_line(call("status", project=bot), 3, ".intent-al", "cannot be written")


def test_a_masking_key_that_is_damaged(call: Call, pulled: Path) -> None:
    (pulled / ".intent-al" / "masking.key").write_text("not hexadecimal")
    one_line(call("status", project=pulled), 3, "masking.key", "backup")


def test_a_candidate_whose_examples_are_gone(call: Call, pulled: Path) -> None:
    assert call("retrain", project=pulled).code == 0
    shutil.rmtree(pulled / ".intent-al" / "models")
    nlu = pulled / "data" / "nlu.yml"
    nlu.write_text(nlu.read_text() + "    - so that it cannot be trained again\n")
    one_line(call("gate", project=pulled), 9, "intent-al retrain")


def test_an_error_is_one_object_for_programs(call: Call, bot: Path) -> None:
    (bot / "endpoints.yml").unlink()
    called = call("pull", "--json", project=bot)
    assert called.data["exit_code"] == called.code == 3
    assert "endpoints.yml" in called.data["error"]
    assert call("gate", "--json", "--nonsense", project=bot).data["exit_code"] == 2


def test_a_stranger_cannot_steer_the_terminal_through_an_error(call: Call, bot: Path) -> None:
    (bot / "intent-al.toml").write_text('"\\u001b[2Jwiped" = 1\n')
    called = call("status", project=bot)
    one_line(called, 3)
    assert "\x1b" not in called.err
