"""The ledger: readable by line, without texts, and true of the files whatever their layout."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intent_al.errors import TrainingDataError
from intent_al.records import Entity, Example
from intent_al.training_data.dialects.rasa.nlu_yaml import read_sources
from intent_al.training_data.repository import ledger
from intent_al.training_data.repository.ledger import Entry, Ledger

HI = Example("hi there", "greet")
ROME = Example("fly to Rome", "book", (Entity("city", 7, 11, role="to"),))


def entry(decision: int, mark: str | None, apply: str = "a1") -> Entry:
    return Entry(apply, "2026-11-25T09:00:00Z", decision, "added", "greet", "data/nlu.yml", mark)


def with_two() -> Ledger:
    known = ledger.empty()
    return known.with_entries([entry(1, known.mark(HI)), entry(2, known.mark(ROME))])


def test_what_is_written_is_read() -> None:
    known = with_two()
    found = ledger.parse(ledger.render(known))
    assert set(found.entries) == set(known.entries)
    assert (found.key, found.gated) == (known.key, None)


def test_it_holds_no_text() -> None:
    source = ledger.render(with_two())
    assert b"hi there" not in source
    assert b"Rome" not in source


def test_an_example_that_is_gone_is_missed() -> None:
    known = with_two()
    assert ledger.lost(known, [HI, ROME]) == []
    assert [one.decision for one in ledger.lost(known, [HI])] == [2]
    elsewhere = Example(HI.text, "goodbye")
    without = Example(ROME.text, ROME.intent)
    assert [one.decision for one in ledger.lost(known, [elsewhere, without])] == [1, 2]


def test_marks_tell_nothing_without_the_key() -> None:
    assert ledger.empty().mark(HI) != ledger.empty().mark(HI)


@pytest.mark.parametrize(
    ("source", "line", "word"),
    [
        (b"", 1, "is empty"),
        (b"\n{}\n", 2, "no ledger"),
        (b'{"ledger": 2, "key": "k"}\n', 1, "no ledger that this version"),
        (b"\xff\xfe\n", 1, "no JSON"),
        (b"[1]\n", 1, "no JSON object"),
        (b'{"ledger": 1, "key": "k"}\n<<<<<<< ours\n', 2, "no JSON"),
        (b'{"ledger": 1, "key": "k"}\n\n{"apply": "a"}\n', 3, "is no entry: it needs action"),
        (
            b'{"ledger": 1, "key": "k"}\n{"apply": "a", "at": "b", "decision": true, "action": "x",'
            b'"intent": "i", "path": "p", "mark": null}\n',
            2,
            "is no entry",
        ),
    ],
)
def test_a_damaged_ledger_is_refused_with_its_line(source: bytes, line: int, word: str) -> None:
    with pytest.raises(TrainingDataError, match=word) as caught:
        ledger.parse(source, "x")
    assert caught.value.line == line


def test_two_branches_merge_by_themselves(tmp_path: Path) -> None:
    """Their lines go to different places; git is asked."""
    known = ledger.empty()
    marks = [known.mark(Example(f"text {number}", "greet")) for number in range(60)]
    base = known.with_entries([entry(n, mark) for n, mark in enumerate(marks[:40])])
    ours = base.with_entries([entry(100, marks[41], "a2")])
    theirs = base.with_entries([entry(200, known.mark(HI), "a3")])
    paths = []
    for name, one in (("ours", ours), ("base", base), ("theirs", theirs)):
        (tmp_path / name).write_bytes(ledger.render(one))
        paths.append(str(tmp_path / name))
    done = subprocess.run(["git", "merge-file", "-p", *paths], capture_output=True, check=False)
    if done.returncode == 0:  # one time in forty the two stand side by side
        assert {one.decision for one in ledger.parse(done.stdout).entries} == {*range(40), 100, 200}


NLU = (
    'version: "3.1"\n\nnlu:\n# first\n- intent: greet\n  examples: |\n    - hi\n    - hello\n'
    "- intent: bye\n  examples: |\n    - [now](time)\n- synonym: x\n  examples: |\n    - y\n"
)


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("# first\n", "", True),
        ("    - hi\n    - hello\n", "    - hello\n\n    -   hi\n", True),
        ("    - hi\n", "    - hi\n    - hi\n", True),
        ("\n", "\r\n", True),
        ("- hi\n", "- hi!\n", False),
        ("[now](time)", "now", False),
        ("intent: bye", "intent: goodbye", False),
        ("    - y\n", "    - z\n", False),
        ("- synonym: x", "- regex: x", False),
    ],
)
def test_the_fingerprint_is_of_what_is_taught(old: str, new: str, same: bool) -> None:
    def of(text: str) -> str:
        return ledger.fingerprint(read_sources({Path("nlu.yml"): text.encode()}))

    assert (of(NLU) == of(NLU.replace(old, new))) is same


@given(
    st.lists(
        st.tuples(st.integers(), st.one_of(st.none(), st.text(max_size=8)), st.text(max_size=9)),
        max_size=8,
    )
)
def test_any_entry_survives(entries: list[tuple[int, str | None, str]]) -> None:
    kept = [
        Entry(text, text, decision % 2**60, text, text, text, mark)
        for decision, mark, text in entries
        if text.isprintable() and (mark is None or mark.isprintable())
    ]
    known = Ledger("k").with_entries(kept)
    assert set(ledger.parse(ledger.render(known)).entries) == set(known.entries)
