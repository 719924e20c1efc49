"""The build hook: what fails a build, what does not, and that it leaves no trace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from intent_al.training_data import ledger
from tests.check import a_ledger
from tests.cli.conftest import Call, Called
from tests.cli.test_bad_input import one_line
from tests.e2e import small_bot

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTENT_AL_TOKEN", "INTENT_AL_CHECK_SERVER", "INTENT_AL_CHECK_UNGATED"):
        monkeypatch.delenv(name, raising=False)


def question(called: Called, name: str) -> dict[str, Any]:
    (found,) = (one for one in called.data["questions"] if one["question"] == name)
    assert isinstance(found, dict)
    return found


def states(called: Called) -> dict[str, str]:
    return {one["question"]: one["state"] for one in called.data["questions"]}


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new).encode())


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in [folder, *sorted(folder.rglob("*"))]
    }


def test_a_bot_that_nothing_was_applied_to_passes(call: Call, clone: Path) -> None:
    called = call("check", project=clone)
    assert called.code == 0, called
    assert "✓ files            3 files, 30 examples of 5 intents, 16 test examples" in called.out
    assert called.out.count("no ledger: nothing was applied here yet") == 2
    assert "! waiting          unknown: no [check] server" in called.out
    assert called.out.splitlines()[-1] == "fine"


def test_what_was_applied_and_passed_the_gate_passes(call: Call, clone: Path) -> None:
    a_ledger.write(clone, ["hello", "did you refund the blue mug"])
    called = call("check", project=clone)
    assert called.code == 0, called
    assert "✓ applied changes  2 decisions applied, none lost" in called.out
    assert f"✓ gate             the training data passed the gate of {a_ledger.AT}" in called.out


def test_comments_and_layout_lose_nothing(call: Call, clone: Path) -> None:
    a_ledger.write(clone, ["hello"])
    replace(clone / "data" / "nlu.yml", "    - hello\n", "    # first\n    -   hello \n")
    assert call("check", project=clone).code == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    - hey\n", ""),
        ("    - hey\n", "    - hay\n"),
        ("- intent: greet", "- intent: cancel_order"),
        ("the [blue mug](product)", "the blue mug"),
        ("[blue mug](product)", '[blue mug]{"entity": "product", "role": "old"}'),
    ],
    ids=["removed", "reworded", "another intent", "entity gone", "role added"],
)
def test_an_applied_change_that_was_lost_fails(call: Call, clone: Path, old: str, new: str) -> None:
    path = a_ledger.write(clone, ["hey", "did you refund the blue mug"])
    replace(clone / "data" / "nlu.yml", old, new)
    replace(clone / "intent-al.toml", "[gate]", '[check]\nungated = "off"\n\n[gate]')
    called = call("check", "--json", project=clone)
    assert called.code == 12
    assert called.data["failed"] == ["applied changes"]
    (finding,) = question(called, "applied changes")["findings"]
    lines = path.read_text().splitlines()
    assert finding["file"] == ledger.LEDGER_FILE
    entry = lines[finding["line"] - 1]
    decision = 100 if "hey" in old or "greet" in old else 101
    assert f'"decision":{decision},' in entry
    intent = "greet" if decision == 100 else "refund_status"
    words = (f"decision {decision} ", "apply-7", a_ledger.AT, intent, "data/nlu.yml", "restore")
    assert all(word in finding["message"] for word in words), finding["message"]
    del lines[finding["line"] - 1]
    path.write_text("\n".join(lines) + "\n")
    assert call("check", project=clone).code == 0, "it was meant: the entry's line is deleted"


def test_data_that_is_not_what_passed_the_gate(call: Call, clone: Path) -> None:
    a_ledger.write(clone, ["hello"])
    replace(clone / "data" / "nlu.yml", "    - hey\n", "    - hey\n    - heya\n")
    called = call("check", project=clone)
    assert called.code == 12
    assert "✗ gate             the training data is not what passed the gate of" in called.out
    assert "intent-al.ledger:1: error:" in called.out
    assert called.out.splitlines()[-1] == "must not be shipped, because of gate"
    warned = call("check", "--ungated", "warning", project=clone)
    assert warned.code == 0
    assert "! gate" in warned.out
    assert "intent-al.ledger:1: warning:" in warned.out
    assert "not asked" in call("check", "--ungated", "off", project=clone).out


def test_data_that_never_passed_the_gate(call: Call, clone: Path) -> None:
    a_ledger.write(clone, ["hello"], gated=False)
    called = call("check", "--json", project=clone)
    assert called.code == 12
    assert question(called, "gate")["summary"] == "no training data passed the gate yet"


def test_personal_data_fails_and_is_not_shown(call: Call, clone: Path) -> None:
    nlu = clone / "data" / "nlu.yml"
    replace(nlu, "    - hey\n", "    - hey\n    - [mail](product) anna.smith@mail.test now\n")
    line = nlu.read_text().splitlines().index("    - [mail](product) anna.smith@mail.test now")
    for words in ((), ("--json",), ("--all",)):
        called = call("check", *words, project=clone)
        assert called.code == 12
        assert "anna" not in called.out + called.err
    called = call("check", project=clone)
    assert f"  data/nlu.yml:{line + 1}:23: error: email in a text: 'mail ****" in called.out


@pytest.mark.parametrize(
    ("allow", "code"),
    [
        ("anna.smith@mail.test", 0),
        ("ANNA.smith@mail.test", 0),
        ("*@mail.test", 0),
        ("anna*test", 0),
        ("*", 0),
        ("*@mail", 12),
        ("smith@mail.test", 12),
        ("anna?smith@mail.test", 12),
        ("[a]nna.smith@mail.test", 12),
        ("", 12),
    ],
)
def test_the_allowlist_names_the_whole_piece(
    call: Call, clone: Path, allow: str, code: int
) -> None:
    replace(clone / "data" / "nlu.yml", "    - hey\n", "    - hey anna.Smith@mail.test\n")
    toml = clone / "intent-al.toml"
    toml.write_text(toml.read_text() + f'[check]\nallow = ["me@mail.test", "{allow}"]\n')
    assert call("check", project=clone).code == code


def test_test_files_count_too(call: Call, clone: Path) -> None:
    replace(clone / "tests" / "test_nlu.yml", "    - hey you\n", "    - +44 7700 900123\n")
    (clone / "more.jsonl").write_text(
        '{"text": "hi", "intent": "greet"}\n{"text": "to GB29NWBK60161331926819", "intent": "x"}\n'
    )
    replace(clone / "intent-al.toml", '"tests/test_nlu.yml"', '"tests/test_nlu.yml", "more.jsonl"')
    found = question(call("check", "--json", project=clone), "personal data")["findings"]
    places = {(one["file"], one["line"], one["column"], one["end"]) for one in found}
    assert ("more.jsonl", 2, 14, 36) in places
    assert {one["file"] for one in found} == {"more.jsonl", "tests/test_nlu.yml"}


def test_surrogates_of_what_was_masked_are_told_apart(call: Call, clone: Path) -> None:
    replace(clone / "data" / "nlu.yml", "    - hey\n", "    - hey qx@jvn.kzq\n")
    assert call("check", project=clone).code == 12
    a_ledger.write(clone, ["hey qx@jvn.kzq"])
    called = call("check", project=clone)
    assert called.code == 0
    assert "1 applied text with surrogates of what was masked" in called.out


def test_rules_and_patterns_are_those_of_masking(call: Call, clone: Path) -> None:
    replace(clone / "data" / "nlu.yml", "    - hey\n", "    - hey KD-123456 a@mail.test\n")
    toml = clone / "intent-al.toml"
    before = toml.read_text()
    toml.write_text(before + '[masking]\nrules = ["phone"]\n')
    assert call("check", project=clone).code == 0
    toml.write_text(before + "[masking.patterns]\ncustomer = 'KD-\\d{6}'\n")
    found = question(call("check", "--json", project=clone), "personal data")["findings"]
    assert [one["message"].split(" in ")[0] for one in found] == ["customer", "email"]
    assert "KD-1" not in str(found)
    toml.write_text(before + '[lint]\noff = ["personal-data"]\n')
    assert "[lint] off names it" in call("check", project=clone).out


def test_a_file_that_rasa_rejects_fails_and_hides_nothing_else(call: Call, clone: Path) -> None:
    a_ledger.write(clone, ["hello"])
    (clone / "data" / "other.yml").write_text(
        "nlu:\n- intent: cancel_order\n  examples: |\n    - b@x.test\n"
    )
    assert call("check", "--ungated", "off", "--json", project=clone).data["failed"] == [
        "personal data"
    ]
    replace(clone / "data" / "nlu.yml", "- intent: greet", "- intent: greet\n  nonsense: 1")
    called = call("check", "--json", project=clone)
    assert called.code == 12
    assert states(called) == {
        "files": "ok",
        "lint": "failed",
        "applied changes": "warning",
        "personal data": "failed",
        "gate": "warning",
    }
    (finding,) = question(called, "lint")["findings"]
    assert (finding["rule"], finding["file"]) == ("unreadable", "data/nlu.yml")
    assert "1 NLU file cannot be read" in question(called, "gate")["summary"]
    toml = clone / "intent-al.toml"
    toml.write_text(toml.read_text() + '[lint]\noff = ["unreadable"]\n')
    called = call("check", "--json", project=clone)
    assert called.data["failed"] == ["applied changes", "personal data", "gate"]


def test_what_lint_quotes_is_hidden_too(call: Call, clone: Path) -> None:
    replace(clone / "data" / "nlu.yml", "    - hey\n", "    - [eve@mail.test]{product}\n")
    called = call("check", project=clone)
    assert called.code == 12
    assert "*************" in called.out
    assert "eve@" not in called.out


def test_a_test_file_that_is_broken_is_a_finding(call: Call, clone: Path) -> None:
    (clone / "t.jsonl").write_text('{"text": "a", "intent": "b"}\n{"text": 3}\n')
    replace(clone / "intent-al.toml", '"tests/test_nlu.yml"', '"t.jsonl"')
    called = call("check", project=clone)
    assert called.code == 12
    assert "t.jsonl:2: error:" in called.out


def test_no_example_at_all_is_no_success(call: Call, clone: Path) -> None:
    (clone / "data" / "nlu.yml").write_text('version: "3.1"\nnlu: []\n')
    called = call("check", project=clone)
    assert called.code == 12
    assert "no NLU examples in data" in called.out


def test_only_the_first_findings_are_shown(call: Call, clone: Path) -> None:
    lines = "".join(f"    - mail {name}@mail.test\n" for name in ("a", "b", "c", "d", "e"))
    replace(clone / "data" / "nlu.yml", "    - hey\n", lines)
    called = call("check", project=clone)
    assert called.out.count("email in a text") == 3
    assert "and 2 more (intent-al check --all shows all)" in called.out
    assert call("check", "--all", project=clone).out.count("email in a text") == 5


def test_nothing_is_written_or_opened(clone: Path) -> None:
    a_ledger.write(clone, ["hello"])
    before = snapshot(clone)
    code = (
        "import sys; from intent_al.cli import run; code = run(['check']);"
        "names = ('sqlite3', 'sqlite_utils', 'spacy', 'sklearn', 'scipy', 'pycrfsuite',"
        " 'sqlalchemy', 'intent_al.store', 'intent_al.workspace', 'urllib.request');"
        "print(code, [name for name in names if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=clone,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "0 []"
    assert snapshot(clone) == before
    assert not (clone / ".intent-al").exists()


def test_a_log_without_utf_8_tells_good_from_bad(clone: Path) -> None:
    replace(clone / "data" / "nlu.yml", "    - hey\n", "    - hey a@mail.test\n")
    done = subprocess.run(
        [sys.executable, "-c", "from intent_al.cli import main; main()", "check"],
        cwd=clone,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONIOENCODING": "ascii:strict"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 12
    assert b"+ files" in done.stdout
    assert b"x personal data" in done.stdout


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
