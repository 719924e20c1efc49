"""``edit``, ``undo`` and the ways in which ``apply`` leaves, at the command line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support import small_bot
from tests.support.commands import Call


def nlu(bot: Path) -> str:
    return (bot / "data" / "nlu.yml").read_text()


def test_a_rename_is_shown_written_and_undone(call: Call, bot: Path) -> None:
    before = nlu(bot)
    shown = call("edit", "rename", "greet", "welcome", "--dry-run", project=bot)
    assert "-- intent: greet\n+- intent: welcome\n" in shown.out
    assert nlu(bot) == before
    done = call("edit", "rename", "greet", "welcome", project=bot)
    assert done.code == 0
    assert "changed: " in done.out
    assert "intent-al undo" in done.out
    assert nlu(bot) == before.replace("intent: greet", "intent: welcome")
    undone = call("undo", project=bot)
    assert "taken back: edit rename greet to welcome" in undone.out
    assert nlu(bot) == before
    assert call("undo", project=bot).code == 9


def test_decisions_go_to_the_intent_under_its_new_name(
    call: Call, pulled: Path, tmp_path: Path
) -> None:
    key = small_bot.answer_key(small_bot.sentences(90))
    answers = small_bot.write_answers(tmp_path / "a.jsonl", key)
    assert call("edit", "rename", "refund_status", "refund_where", project=pulled).code == 0
    assert call("edit", "rename", "out_of_scope", "off_topic", project=pulled).code == 0
    assert call("review", "--answers", answers, project=pulled).code == 0
    report = call("apply", "--json", project=pulled).data
    assert "refund_where" in report["added"]
    assert "off_topic" in report["added"]
    assert not {"refund_status", "out_of_scope"} & set(report["added"])
    assert report["new_intents"] == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("rename", "nope", "x"), 2, "no file names the intent 'nope'"),
        (("rename", "greet", "cancel_order"), 2, "exists already; merge"),
        (("delete", "never said"), 2, "does not stand in the training data"),
        (("annotate", "hello [x]{y}"), 2, "no valid entity annotation"),
        (("add", "greet", "/hello"), 2, "starts with '/'"),
        (("move", "greet"), 2, "Missing argument"),
        (("turn", "greet"), 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    call: Call, bot: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    state = nlu(bot)
    called = call("edit", *words, project=bot)
    assert called.code == code
    assert said in called.err
    assert called.err.count("\n") == 1
    assert nlu(bot) == state


def test_one_edit_after_the_other(call: Call, bot: Path) -> None:
    for words in (
        ("add", "greet", "ahoy from [Bremen](city)", "moin"),
        ("annotate", "ahoy from Bremen"),
        ("move", "out_of_scope", "moin"),
        ("split", "greet", "greet_evening", "good evening"),
        ("merge", "refund_request", "refund_status"),
        ("synonym", "teapot", "tea pot"),
        ("delete", "hey"),
    ):
        called = call("edit", *words, project=bot)
        assert called.code == 0, called
    text = nlu(bot)
    assert "    - ahoy from Bremen\n" in text
    assert "    - are you married\n    - moin\n" in text
    assert "- intent: greet_evening\n  examples: |\n    - good evening\n" in text
    assert "refund_request" not in text
    assert "- synonym: teapot\n  examples: |\n    - tea pot\n" in text
    assert "    - hey\n" not in text
    domain = (bot / "domain.yml").read_text()
    assert "  - city\n" in domain
    assert "  - greet_evening\n" in domain
    assert "refund_request" not in domain
    for _ in range(7):
        assert call("undo", project=bot).code == 0
    assert nlu(bot) == small_bot.nlu(small_bot.EXAMPLES)


def test_a_patch_waits_and_is_said(call: Call, pulled: Path, tmp_path: Path) -> None:
    key = small_bot.answer_key(small_bot.sentences(90))
    answers = small_bot.write_answers(tmp_path / "a.jsonl", key)
    call("review", "--answers", answers, project=pulled)
    before = nlu(pulled)
    patch = tmp_path / "x.patch"
    called = call("apply", "--patch", patch, project=pulled)
    assert f"in the patch {patch}, while your files are as they were" in called.out
    assert nlu(pulled) == before
    assert "proposed in a branch or patch" in call("status", project=pulled).out
    assert "waiting: an earlier apply is in the patch" in call("apply", project=pulled).out
    subprocess.run(["patch", "-s", "-p1", "-i", str(patch)], cwd=pulled, check=True)
    assert "waiting" not in call("apply", project=pulled).out


def test_two_ways_at_once_are_refused(call: Call, bot: Path) -> None:
    called = call("apply", "--commit", "--patch", "x.patch", project=bot)
    assert (called.code, called.err.count("\n")) == (2, 1)
    assert "choose one" in called.err
