"""The build hook: what fails a build, what does not, and that it leaves no trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al.training_data.repository import ledger
from tests.check.answers import question, replace
from tests.support import a_ledger
from tests.support.commands import MAIN, Call, Called, run_python


def states(called: Called) -> dict[str, str]:
    return {one["question"]: one["state"] for one in called.data["questions"]}


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
        " 'sqlalchemy', 'intent_al.store', 'intent_al.workspace', 'urllib.request', 'urllib3');"
        "print(code, [name for name in names if name in sys.modules], file=sys.stderr)"
    )
    done = run_python(code, cwd=clone, PYTHONDONTWRITEBYTECODE="1")
    assert done.stderr.splitlines()[-1] == "0 []"
    assert snapshot(clone) == before
    assert not (clone / ".intent-al").exists()


def test_a_log_without_utf_8_tells_good_from_bad(clone: Path) -> None:
    replace(clone / "data" / "nlu.yml", "    - hey\n", "    - hey a@mail.test\n")
    done = run_python(MAIN, "check", cwd=clone, PYTHONIOENCODING="ascii:strict")
    assert done.returncode == 12
    assert "+ files" in done.stdout
    assert "x personal data" in done.stdout
