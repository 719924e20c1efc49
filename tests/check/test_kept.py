"""The kept result: taken only while nothing changed, and never when it is damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from intent_al.check import kept
from tests.check.answers import replace
from tests.support import a_ledger, small_bot
from tests.support.commands import Call


@pytest.fixture
def judged(call: Call, clone: Path) -> Path:
    """A clone that somebody works in, whose check passed and was kept."""
    a_ledger.write(clone, ["hello"])
    (clone / ".intent-al").mkdir()
    assert call("check", project=clone).code == 0
    assert (clone / ".intent-al" / "check.json").exists()
    return clone


def unchanged(call: Call, clone: Path, *words: object) -> bool:
    found: bool = call("check", "--json", *words, project=clone).data["unchanged"]
    return found


def test_a_second_check_takes_the_kept_result(
    call: Call, judged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = call("check", "--no-cache", "--json", project=judged).data
    monkeypatch.setattr("intent_al.check.questions.judge", None)  # it would be called otherwise
    second = call("check", "--json", project=judged).data
    assert second == first | {"unchanged": True}
    assert "(nothing changed since the last check)" in call("check", project=judged).out


def test_a_kept_failure_is_still_a_failure(call: Call, judged: Path) -> None:
    replace(judged / "data" / "nlu.yml", "    - hey\n", "    - hey a@mail.test\n")
    first = call("check", project=judged)
    second = call("check", project=judged)
    assert first.code == second.code == 12
    assert second.out.startswith(first.out.rstrip())
    assert unchanged(call, judged)


CHANGES: dict[str, Callable[[Path], object]] = {
    "training data": lambda bot: replace(bot / "data" / "nlu.yml", "- hey\n", "- heyo\n"),
    "a comment": lambda bot: replace(bot / "data" / "nlu.yml", "# written", "# typed"),
    "a new file": lambda bot: (bot / "data" / "b.yml").write_text(small_bot.nlu({"a": ["b"]})),
    "a renamed file": lambda bot: (bot / "data" / "nlu.yml").rename(bot / "data" / "z.yml"),
    "the domain": lambda bot: replace(bot / "domain.yml", "greet", "greeting"),
    "no domain": lambda bot: (bot / "domain.yml").unlink(),
    "test data": lambda bot: replace(bot / "tests" / "test_nlu.yml", "good day", "g'day"),
    "the ledger": lambda bot: replace(bot / "intent-al.ledger", "apply-7", "apply-8"),
    "no ledger": lambda bot: (bot / "intent-al.ledger").unlink(),
    "a setting": lambda bot: (
        replace(bot / "intent-al.toml", "[gate]", "[check]\n[gate]\n")
        or replace(bot / "intent-al.toml", "[check]", '[check]\nallow = ["x"]')
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_is_judged_anew(call: Call, judged: Path, name: str) -> None:
    assert unchanged(call, judged)
    CHANGES[name](judged)
    assert not unchanged(call, judged)


def test_flags_variables_and_versions_count(
    call: Call, judged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not unchanged(call, judged, "--ungated", "off")
    assert not unchanged(call, judged)
    monkeypatch.setenv("INTENT_AL_CHECK_ALLOW", "a@b.test")
    assert not unchanged(call, judged)
    assert unchanged(call, judged)
    monkeypatch.setattr(kept, "__version__", "9.9.9")
    assert not unchanged(call, judged)


DAMAGES: dict[str, Callable[[str], str]] = {
    "empty": lambda text: "",
    "cut": lambda text: text[:-40],
    "no object": lambda text: "[]",
    "deep": lambda text: "[" * 100_000,
    "one answer changed": lambda text: text.replace('"failed"', '"ok"'),
    "answers gone": lambda text: json.dumps(json.loads(text) | {"answers": []}),
    "no hash": lambda text: json.dumps({**json.loads(text), "hash": None}),
    "other key": lambda text: json.dumps(json.loads(text) | {"key": "0"}),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_result_is_not_believed(call: Call, judged: Path, name: str) -> None:
    replace(judged / "data" / "nlu.yml", "    - hey\n", "    - hey a@mail.test\n")
    assert call("check", project=judged).code == 12
    path = judged / ".intent-al" / "check.json"
    text = path.read_text()
    assert DAMAGES[name](text) != text
    path.write_text(DAMAGES[name](text))
    called = call("check", "--json", project=judged)
    assert called.code == 12
    assert not called.data["unchanged"]
    assert unchanged(call, judged), "and it is replaced by a whole one"


def test_nothing_is_kept_where_nobody_works(call: Call, clone: Path) -> None:
    assert not unchanged(call, clone)
    assert not unchanged(call, clone)
    assert not (clone / ".intent-al").exists()


def test_a_file_of_ones_own(call: Call, clone: Path, tmp_path: Path) -> None:
    own = tmp_path / "cache" / "result.json"
    assert not unchanged(call, clone, "--cache", own)
    assert unchanged(call, clone, "--cache", own)
    assert not (clone / ".intent-al").exists()
    assert not unchanged(call, clone, "--no-cache")


def test_a_file_that_cannot_be_written_is_said(call: Call, clone: Path) -> None:
    called = call("check", "--cache", clone / "config.yml" / "kept.json", project=clone)
    assert called.code == 0
    assert "the result is not kept" in called.err


def test_files_that_change_meanwhile_are_not_kept(
    call: Call, judged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from intent_al.check import questions

    real = questions.judge

    def judge(project: object) -> object:
        replace(judged / "data" / "nlu.yml", "- heyo\n", "- heyho\n")
        return real(project)  # type: ignore[arg-type]

    replace(judged / "data" / "nlu.yml", "- hey\n", "- heyo\n")
    monkeypatch.setattr(questions, "judge", judge)
    before = (judged / ".intent-al" / "check.json").read_bytes()
    assert call("check", project=judged).code == 12
    assert (judged / ".intent-al" / "check.json").read_bytes() == before
