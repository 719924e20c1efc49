"""What every command promises, tested by enumerating them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from intent_al.cli import COMMANDS, cli
from intent_al.texts.plain import visible
from tests.support import small_bot
from tests.support.commands import MAIN, Call, run_python
from tests.support.limits import HANG
from tests.support.places import ROOT

HEAVY = ("spacy", "sklearn", "scipy", "pycrfsuite", "sqlalchemy", "flask")
WITHOUT_END = ("schedule", "serve")
WITH_PROJECT = [name for name in COMMANDS if name not in ("demo", "connectors", *WITHOUT_END)]
MORE_WORDS = {"edit": ("synonym", "hello", "hallo"), "rasa": ("install",), "users": ("list",)}
"""A command that is a group needs one of its subcommands to do something."""


def _leaves() -> list[str]:
    """Every command that does something, subcommands by their full name."""
    names = []
    for name in COMMANDS:
        found = _command(name)
        subs = list(found.commands) if isinstance(found, click.Group) else []
        names += [f"{name} {sub}" for sub in subs] or [name]
    return names


def _command(name: str) -> click.Command:
    found: click.Command | None = cli
    for word in name.split():
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), word)
    assert found is not None
    return found


@pytest.mark.parametrize("name", _leaves())
def test_help_says_what_it_is_for_and_gives_an_example(call: Call, name: str) -> None:
    called = call(*name.split(), "--help")
    assert called.code == 0
    assert called.err == ""
    assert re.search(rf"Example:\s+intent-al {name}\b", called.out)
    assert "--json" in called.out
    for parameter in _command(name).params:
        if isinstance(parameter, click.Option) and parameter.name != "help":
            assert parameter.help or parameter.show_default, parameter.name


@pytest.mark.parametrize("name", _leaves())
def test_examples_use_options_that_exist(name: str) -> None:
    command = _command(name)
    known = {word for one in command.params for word in one.opts}
    example = (command.help or "").partition("Example:")[2]
    for call_of_it in example.split("&&"):
        if f"intent-al {name}" in call_of_it:
            assert set(re.findall(r"--[a-z-]+", call_of_it)) <= known


def test_the_list_of_commands_is_the_help(call: Call) -> None:
    shown = call("--help").out
    for name, summary in COMMANDS.items():
        assert re.search(rf"^\s+{name}\s+{re.escape(summary.split()[0])}", shown, re.MULTILINE)


def test_version(call: Call) -> None:
    assert call("--version").out.startswith("intent-al, version ")


@pytest.mark.slow
def test_every_command_prints_one_json_object(call: Call, bot: Path, tmp_path: Path) -> None:
    """In the order of a working day, so that each has something to say."""
    answers = small_bot.write_answers(
        tmp_path / "a.jsonl", small_bot.answer_key(small_bot.sentences(90))
    )
    more = {
        "review": ("--answers", answers),
        "gate": ("--all-intents",),
        "forget": ("--sender", "sender-1", "--yes"),
        "export": (tmp_path / "examples.csv",),
        "simulate": (answers, "--seeds", "1", "--budget", "10", "-o", tmp_path / "simulation"),
    }
    seen = set()
    for name in ("connectors", *WITH_PROJECT):
        project = None if name == "connectors" else bot
        words = (name, *MORE_WORDS.get(name, ()))
        called = call(*words, "--json", *more.get(name, ()), project=project)
        # 9: a new project has nothing to roll back; 13: and nothing to retrain for
        assert called.code in (0, 9, 10, 11, 12, 13), (name, called)
        assert called.data, name
        seen.add(name)
    assert seen | {"demo", *WITHOUT_END} == set(COMMANDS)


def test_nothing_but_the_result_goes_to_standard_output(call: Call, pulled: Path) -> None:
    for name in ("status", "score", "select"):
        called = call(name, project=pulled)
        assert called.code == 0
        assert called.err == ""
        assert "\x1b" not in called.out


@pytest.mark.parametrize(
    "args",
    [
        ("--help",),
        ("status",),
        ("review", "--help"),
        ("prune",),
        ("review",),
        ("connectors",),
        ("export", "-"),
        ("report",),
    ],
    ids=" ".join,
)
def test_light_commands_import_nothing_heavy(pulled: Path, args: tuple[str, ...]) -> None:
    heavy = [name for name in HEAVY if (args[0], name) != ("connectors", "sqlalchemy")]
    code = (
        "import sys; from intent_al.cli import run; run(sys.argv[1:]);"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = run_python(code, *args, cwd=pulled, USER="kim")
    assert done.stderr.splitlines()[-1] == "[]"


def test_a_closed_pipe_is_no_traceback(pulled: Path) -> None:
    reader = f"{sys.executable} -c '{MAIN}' score -n 500 --json"
    done = subprocess.run(
        ["sh", "-c", f"{reader} | head -c 10"],
        cwd=pulled,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_a_terminal_without_utf_8_gets_question_marks(pulled: Path) -> None:
    done = run_python(MAIN, "gate", cwd=pulled, PYTHONIOENCODING="ascii:strict")
    assert "Traceback" not in done.stderr


def test_scores_say_whose_prediction_they_are_of(call: Call, pulled: Path) -> None:
    by_model = call("score", "--json", "--limit", "5", project=pulled).data
    by_log = call("score", "--json", "--limit", "5", "--logged", project=pulled).data
    assert {row["prediction"] for row in by_model["rows"]} == {"model"}
    assert all(row["model"].startswith("builtin-") for row in by_model["rows"])
    assert {(row["prediction"], row["model"]) for row in by_log["rows"]} == {("logged", "rasa-1")}
    assert all(row["truncated"] for row in by_log["rows"])
    shown = call("score", "--logged", project=pulled).out
    assert "logged predictions of rasa-1" in shown
    assert "the logged ranking is cut off" in shown


def test_score_writes_nothing(call: Call, pulled: Path) -> None:
    before = call("status", "--json", project=pulled).data
    call("score", project=pulled)
    call("score", "--logged", project=pulled)
    assert call("status", "--json", project=pulled).data == before


def test_prune_keeps_what_select_needs(call: Call, pulled: Path) -> None:
    nlu = pulled / "data" / "nlu.yml"
    nlu.write_text(nlu.read_text().replace("    - hello\n", "    - hello\n    - howdy\n"))
    assert call("predict", project=pulled).code == 0
    assert call("prune", "--keep", "1", "--json", project=pulled).data["deleted"] > 0
    assert call("score", project=pulled).code == 0
    assert call("select", project=pulled).code == 0


def test_status_says_what_to_do_next(call: Call, pulled: Path) -> None:
    assert "next: intent-al review" in call("status", project=pulled).out
    assert json.loads(call("status", "--json", project=pulled).out)["in_queue"] == 20


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, größe 日本語 😂", "plain, größe 日本語 😂"),
        ("\x1b[31mred\x07", "�[31mred�"),
        ("a\nb\tc\r", "a↵b c↵"),
        ("x\u202egum\u2066", "x�gum�"),
        ("no\u00a0break\u2028", "no break "),
        ("\ud83d\x9b\x00", "���"),
        ("[bold]x[/]", "[bold]x[/]"),
    ],
)
def test_texts_of_strangers_are_shown_and_not_obeyed(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert len(visible(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("می\u200cخواهم 👩\u200d👧", "می\u200cخواهم 👩\u200d👧"),
        ("\u200dcan\u200dcel\u202e", "�can�cel�"),
    ],
)
def test_a_browser_gets_the_joiners_that_a_script_needs(text: str, shown: str) -> None:
    assert visible(text, joiners=True) == shown
    assert "\u200d" not in visible(text)


def test_long_work_steps_back_behind_people(pulled: Path) -> None:
    code = (
        "import os, sys; from intent_al import cli; cli.run(['pull', '-p', sys.argv[1]]);"
        " print(os.getpriority(os.PRIO_PROCESS, 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, pulled], capture_output=True, text=True, check=True
    )
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert int(done.stdout.splitlines()[-1]) == max(own, 10)
