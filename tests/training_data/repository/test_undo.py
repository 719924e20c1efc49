"""Taking lines back from a text that has gone on changing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intent_al.errors import WriteRefusedError
from intent_al.training_data.repository.undo import taken_back
from tests.support.rasa_data.generated import cases

FILE = Path("nlu.yml")
LINES = st.lists(st.sampled_from("abcdefgh"), max_size=12)


def text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


@pytest.mark.parametrize(
    ("before", "after", "now", "expected"),
    [
        ("ab", "axb", "axbc", "abc"),  # an addition, with an edit below
        ("ab", "axb", "zaxb", "zab"),  # above
        ("abc", "ac", "acd", "abcd"),  # a removal comes back
        ("abc", "axc", "axcd", "abcd"),  # a change
        ("ab", "axyb", "axyzb", "azb"),  # somebody went on below our lines
        ("a", "ab", "cab", "ca"),
        ("", "x", "xy", "y"),
        ("bc", "c", "cd", "bcd"),  # the first line comes back
    ],
)
def test_lines_of_the_change_go_and_others_stay(
    before: str, after: str, now: str, expected: str
) -> None:
    found = taken_back(text(list(after)), text(list(before)), text(list(now)), FILE)
    assert found == text(list(expected))


@pytest.mark.parametrize(
    ("before", "after", "now", "line"),
    [
        ("ab", "axb", "azb", 1),  # our line was edited
        ("abc", "ac", "zc", 2),  # the line that ours stood below is gone
        ("ab", "axyb", "axzyb", 2),  # somebody wrote in between
    ],
)
def test_what_was_edited_is_not_guessed_at(before: str, after: str, now: str, line: int) -> None:
    with pytest.raises(WriteRefusedError) as caught:
        taken_back(text(list(after)), text(list(before)), text(list(now)), FILE)
    assert caught.value.line == line


@cases
@given(LINES, LINES)
def test_without_other_edits_everything_is_as_before(before: list[str], after: list[str]) -> None:
    assert taken_back(text(after), text(before), text(after), FILE) == text(before)


@cases
@given(LINES, LINES, LINES, LINES)
def test_edits_far_from_the_change_stay(
    before: list[str], after: list[str], above: list[str], below: list[str]
) -> None:
    """Upper case lines are in none of the others, so that none is mistaken for another."""
    wall = ["W", "X", "Y", "Z"]
    upper, lower = [line.upper() * 2 for line in above], [line.upper() * 3 for line in below]
    base, old = [*wall, *after, *reversed(wall)], [*wall, *before, *reversed(wall)]
    now = [*upper, *base, *lower]
    assert taken_back(text(base), text(old), text(now), FILE) == text([*upper, *old, *lower])


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_last_line_without_an_end_keeps_it_so(newline: str) -> None:
    before, after = (newline.join(lines).encode() for lines in (["a", "b"], ["a", "x", "b"]))
    now = newline.join(["c", "a", "x", "b"]).encode()
    assert taken_back(after, before, now, FILE) == newline.join(["c", "a", "b"]).encode()
