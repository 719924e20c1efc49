"""`intent-al insights`, as a person reads it."""

from __future__ import annotations

from pathlib import Path

from tests.support import small_bot
from tests.support.commands import Call


def test_every_part_has_its_heading_and_an_empty_one_says_so(call: Call, pulled: Path) -> None:
    called = call("insights", project=pulled)
    assert called.code == 0, called.err
    for heading in (
        "What no intent is for",
        "Asked most",
        "Conversations that went badly",
        "Labels to look at",
        "Is it worth going on?",
    ):
        assert heading in called.out
    assert "not yet: nobody has answered items of the audit sample" in called.out


def test_one_part_can_be_asked_for(call: Call, pulled: Path) -> None:
    called = call("insights", "--only", "questions", "--limit", "3", "--json", project=pulled)
    assert len(called.data["questions"]) == 3
    assert called.data["gaps"] is None
    people = [one["people"] for one in called.data["questions"]]
    assert people == sorted(people, reverse=True)


def test_what_strangers_typed_steers_no_terminal(call: Call, tmp_path: Path) -> None:
    bot = small_bot.make(tmp_path / "bot", ["where \x1b[31m is [bold]it[/bold]", "hello you"])
    assert call("intake", project=bot).code == 0
    called = call("insights", project=bot)
    assert "\x1b[31m" not in called.out
    assert "[bold]it[/bold]" in called.out


def test_before_anything_was_said_one_line_tells_what_to_do(call: Call, bot: Path) -> None:
    called = call("insights", project=bot)
    assert called.code == 9
    assert called.err.count("\n") == 1
    assert "intent-al intake" in called.err
