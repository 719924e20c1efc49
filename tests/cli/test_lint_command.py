"""``intent-al lint`` from the front door: what it prints, how it ends, and that it only reads."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from intent_al.cli.output.findings import show
from intent_al.project.config import find_project
from intent_al.stages import lint
from intent_al.store import Store, changes
from tests.support.commands import Call, Called, run_python
from tests.support.places import EXAMPLE_BOT

TWICE = """
- intent: complaint
  examples: |
    - where is my refund
    - Has my refund been sent yet?
"""


@pytest.fixture
def bad(bot: Path) -> Path:
    """The bot with an error and a warning of one rule each, and an intent that has no domain."""
    nlu = bot / "data" / "nlu.yml"
    nlu.write_text(nlu.read_text() + TWICE)
    domain = bot / "domain.yml"
    domain.write_text(domain.read_text().replace("intents:\n", "intents:\n  - complaint\n"))
    return bot


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_clean_bot(call: Call, bot: Path) -> None:
    called = call("lint", project=bot)
    assert called.code == 0
    assert called.out == "nothing found in 3 files, 30 examples of 5 intents\n"
    assert called.err == ""


def test_findings_stand_below_their_file(call: Call, bad: Path) -> None:
    called = call("lint", project=bad)
    assert called.code == 12
    lines = called.out.splitlines()
    assert lines[0] == "data/nlu.yml"
    assert lines[1].split(maxsplit=2)[1] == "error"
    assert lines[1].endswith("[same-text-two-intents]")
    assert lines[2].strip() == "see line 15"
    assert lines[3].split(maxsplit=2)[1] == "warning"
    assert lines[-1] == "1 error, 1 warning in 3 files, 32 examples of 6 intents"
    assert called.err == ""


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 12),
        (("--fail-on", "never"), 0),
        (("--rule", "near-text-two-intents"), 0),
        (("--rule", "near-text-two-intents", "--fail-on", "warning"), 12),
        (("--rule", "near-text-two-intents", "--fail-on", "note"), 12),
        (("--rule", "duplicate-example", "--fail-on", "note"), 0),
    ],
)
def test_exit_code_is_what_was_asked_for(
    call: Call, bad: Path, options: tuple[str, ...], code: int
) -> None:
    assert call("lint", *options, project=bad).code == code
    assert call("lint", "--json", *options, project=bad).code == code
    assert call("lint", "--sarif", *options, project=bad).code == code


def test_json(call: Call, bad: Path) -> None:
    data = call("lint", "--json", project=bad).data
    assert data["counts"] == {"error": 1, "warning": 1, "note": 0}
    first = data["findings"][0]
    assert first["rule"] == "same-text-two-intents"
    assert first["file"] == "data/nlu.yml"
    line = (bad / "data" / "nlu.yml").read_text().splitlines()[first["line"] - 1]
    assert line[first["column"] - 1 : first["end"] - 1] == "where is my refund"
    assert [each["line"] for each in first["related"]] == [15]


def test_rules_are_turned_off_by_the_project(call: Call, bad: Path) -> None:
    settings = bad / "intent-al.toml"
    settings.write_text(settings.read_text() + '\n[lint]\noff = ["same-text-two-intents"]\n')
    assert call("lint", "--json", project=bad).data["counts"]["error"] == 0
    assert call("lint", "--rule", "same-text-two-intents", project=bad).code == 12
    settings.write_text(settings.read_text().replace("same-text", "sane-text"))
    called = call("lint", project=bad)
    assert called.code == 3
    assert "did you mean 'same-text-two-intents'?" in called.err


def test_paths_limit_what_is_shown_and_not_what_is_read(
    call: Call, bad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bad / "data" / "more").mkdir()
    (bad / "data" / "more" / "nlu.yml").write_text(
        "nlu:\n- intent: greet\n  examples: |\n    - howdy\n    - where is my refund\n    - howdy\n"
    )
    monkeypatch.chdir(bad / "data")

    def rules(*paths: str) -> list[str]:
        return [each["rule"] for each in call("lint", "--json", *paths).data["findings"]]

    assert rules("more") == ["same-text-two-intents", "duplicate-example"]
    assert rules("more/nlu.yml", "nlu.yml") == rules()
    assert rules("../tests") == []
    assert call("lint", "missing.yml").code == 2


def test_many_findings_of_one_rule_do_not_hide_the_others(call: Call, bad: Path) -> None:
    lines = "".join(f"    - same {chr(97 + n)}\n" for n in range(25))
    (bad / "data" / "b.yml").write_text(f"nlu:\n- intent: greet\n  examples: |\n{lines * 2}")
    shown = call("lint", project=bad).out
    assert shown.count("[duplicate-example]") == 20
    assert (
        "5 more of duplicate-example (intent-al lint --rule duplicate-example shows all)" in shown
    )
    assert "25 notes in" in shown
    assert call("lint", "--rule", "duplicate-example", project=bad).out.count("[dup") == 25


def test_broken_files_are_findings(call: Call, bot: Path) -> None:
    (bot / "data" / "broken.yml").write_text("nlu:\n- intent: [\n")
    (bot / "tests" / "test_nlu.yml").write_text("nlu: 7\n")
    data = call("lint", "--json", project=bot).data
    assert [(each["rule"], each["file"]) for each in data["findings"]] == [
        ("unreadable", "data/broken.yml"),
        ("unreadable", "tests/test_nlu.yml"),
    ]


def test_nothing_is_written(call: Call, bad: Path) -> None:
    before = tree(bad)
    for options in ((), ("--json",), ("--sarif",)):
        call("lint", *options, project=bad)
    assert tree(bad) == before


def decide(pulled: Path, text: str, intent: str) -> None:
    with Store(find_project(pulled).database) as store, store.write() as connection:
        item, utterance = connection.execute(
            "SELECT id, utterance FROM queue_item WHERE quota <> 'audit' LIMIT 1"
        ).fetchone()
        connection.execute("UPDATE utterance SET text = ? WHERE id = ?", (text, utterance))
        connection.execute(
            "INSERT INTO decision (item, reviewer, outcome, intent, entities, entities_confirmed,"
            " decided_at) VALUES (?, 'kim', 'labelled', ?, '[]', 0, 1.0)",
            (item, intent),
        )


def contradictions(called: Called) -> list[dict[str, Any]]:
    assert called.code == 0, called
    return [each for each in called.data["findings"] if each["rule"] == "decision-contradicts"]


def test_decisions_that_wait_are_read_and_the_database_is_not_touched(
    call: Call, pulled: Path
) -> None:
    assert contradictions(call("lint", "--json", project=pulled)) == []
    decide(pulled, "Good morning!", "refund_status")
    before = tree(pulled)
    (finding,) = contradictions(call("lint", "--json", project=pulled))
    assert "'good morning' is an example of greet" in finding["message"]
    assert "'Good morning!' is refund_status" in finding["message"]
    assert tree(pulled) == before


def test_a_decision_that_moves_its_own_example_contradicts_nothing(
    call: Call, pulled: Path
) -> None:
    decide(pulled, "such a text as nobody wrote", "greet")
    assert call("apply", project=pulled).code == 0
    with Store(find_project(pulled).database) as store, store.write() as connection:
        connection.execute(
            "INSERT INTO decision (item, reviewer, outcome, intent, entities, entities_confirmed,"
            " decided_at) SELECT item, 'kim', 'labelled', 'cancel_order', '[]', 0, 2.0"
            " FROM decision"
        )
    assert contradictions(call("lint", "--json", project=pulled)) == []


def test_decisions_know_the_intents_that_were_renamed(call: Call, pulled: Path) -> None:
    decide(pulled, "hello!", "hail")
    assert len(contradictions(call("lint", "--json", project=pulled))) == 1
    with Store(find_project(pulled).database) as store:
        changes.rename(store, "1", "hail", "greet", now=1.0)
    assert contradictions(call("lint", "--json", project=pulled)) == []


def test_an_interrupted_apply_is_told_and_left_alone(call: Call, bot: Path) -> None:
    journal = find_project(bot).journal
    journal.parent.mkdir()
    journal.mkdir()
    called = call("lint", project=bot)
    assert called.code == 0
    assert "an apply was interrupted" in called.err
    assert journal.exists()


def test_decisions_are_read_while_another_process_has_the_database(
    call: Call, pulled: Path
) -> None:
    decide(pulled, "good morning", "refund_status")
    with Store(find_project(pulled).database) as store, store.write() as connection:
        connection.execute("UPDATE utterance SET text = text")
        assert len(contradictions(call("lint", "--json", project=pulled))) == 1


def test_a_database_that_cannot_be_read_is_a_note(call: Call, pulled: Path) -> None:
    path = find_project(pulled).database
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    called = call("lint", project=pulled)
    assert called.code == 0
    assert "older version" in called.err
    path.write_bytes(b"no database" * 100)
    called = call("lint", project=pulled)
    assert called.code == 0
    assert "the decisions that wait were not looked at" in called.err


def test_texts_of_strangers_do_not_steer_the_terminal(call: Call, bot: Path) -> None:
    nlu = bot / "data" / "nlu.yml"
    nlu.write_text(
        nlu.read_text() + "- intent: greet\n  examples:\n"
        + '    - text: "\\e[31mred\\u202e [bold]x[/] {0}"\n' * 2
    )  # fmt: skip
    for options in ((), ("--json",), ("--sarif",)):
        called = call("lint", *options, project=bot)
        assert "\x1b" not in called.out
        assert "\\u001b" not in called.out
        assert "\u202e" not in called.out
        assert "[bold]x[/]" in called.out


def test_personal_data_is_not_repeated(call: Call, bot: Path) -> None:
    nlu = bot / "data" / "nlu.yml"
    nlu.write_text(
        nlu.read_text() + "- intent: greet\n  examples: |\n" + "    - i am kim@mail.test\n" * 2
    )
    for options in ((), ("--json",), ("--sarif",)):
        out = call("lint", *options, project=bot).out
        assert "'i am *************'" in out
        assert "kim@" not in out


def test_a_terminal_shows_further_lines_below_the_first(bad: Path) -> None:
    console = Console(force_terminal=True, width=50, color_system=None, highlight=False,
                      markup=False, emoji=False)  # fmt: skip
    inputs, _ = lint.load(find_project(bad))
    with console.capture() as shown:
        show(lint.find(find_project(bad), inputs), "3 files", console)
    lines = shown.get().splitlines()
    first = next(line for line in lines if "error" in line)
    body = first.index("'where")
    following = lines[lines.index(first) + 1 :][:3]
    assert all(line[:body].isspace() and line[body] != " " for line in following)
    assert all(len(line) <= 50 for line in lines)


@pytest.mark.parametrize("store", [False, True], ids=["no database", "database"])
def test_imports_nothing_heavy(bad: Path, pulled: Path, store: bool) -> None:
    heavy = ("spacy", "sklearn", "scipy", "pycrfsuite", "sqlalchemy", "flask")
    wanted = heavy if store else (*heavy, "sqlite_utils")
    code = (
        "import sys; from intent_al.cli import run; run(sys.argv[1:]);"
        f"print([name for name in {wanted!r} if name in sys.modules], file=sys.stderr)"
    )
    done = run_python(code, "lint", "--fail-on", "never", cwd=pulled if store else bad)
    assert done.stderr.splitlines()[-1] == "[]"


def test_the_example_bot_may_be_shipped(call: Call, tmp_path: Path) -> None:
    bot = shutil.copytree(EXAMPLE_BOT, tmp_path / "bot")
    assert json.loads(call("lint", "--json", project=bot).out)["counts"]["error"] == 0
