"""Random files, random operations, hostile texts: the result is as it was meant, to the byte."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intent_al.errors import WriteRefusedError
from intent_al.records import Example
from intent_al.training_data.dialects.operations import (
    AddExample,
    AddValue,
    ListName,
    Operation,
    RemoveExample,
)
from intent_al.training_data.dialects.rasa.editing import edit, read_back
from intent_al.training_data.dialects.rasa.nlu_yaml import read_sources
from tests.support.rasa_data.editing import edited_or_refused
from tests.support.rasa_data.generated import additions, edit_cases
from tests.support.rasa_data.generated_edits import FILE, bot_files, cleaned, edits

pytestmark = pytest.mark.slow


@edit_cases
@given(edits())
def test_every_edit_is_read_back(case: tuple[bytes, list[Operation]]) -> None:
    source, operations = case
    found = edited_or_refused(source, operations)
    if found is None:
        return
    read_back.check(source, found.after, operations, FILE, found.touched)
    if not operations:
        assert found.after == source
    kept = [
        line
        for number, line in enumerate(source.removeprefix(b"\xef\xbb\xbf").splitlines())
        if number not in found.touched
    ]
    now = iter(found.after.removeprefix(b"\xef\xbb\xbf").splitlines())
    assert all(line in now for line in kept)  # in this order, each with its bytes


@edit_cases
@given(bot_files(), st.lists(additions(), min_size=1, max_size=5))
def test_what_was_added_can_be_taken_out_again(source: bytes, asked: list) -> None:
    data = read_sources({FILE: source})
    standing = {one.example for one in data.examples}
    # An empty block that is extended would go as a whole.
    empty = {block.name for block in data.blocks if block.kind == "intent" and not block.size}
    extended = sorted(
        {
            block.name
            for block in data.blocks
            if block.kind == "intent" and block.form in ("lines", "objects")
        }
        - empty
    )
    meant = set()
    for at, example in enumerate(map(cleaned, asked)):
        if example and extended:
            one = Example(example.text, extended[at % len(extended)], example.entities)
            meant |= {one} - standing
    found = edited_or_refused(source, [AddExample(example) for example in meant])
    if found is not None:
        back = edit(found.after, [RemoveExample(example) for example in meant], FILE)
        assert back.after == source


Lines = list[bytes]


def _dropped(lines: Lines, at: int, _: int) -> Lines:
    return lines[:at] + lines[at + 1 :]


def _repeated(lines: Lines, at: int, _: int) -> Lines:
    return lines[: at + 1] + lines[at:]


def _misspelt(lines: Lines, at: int, column: int) -> Lines:
    letters = [place for place, one in enumerate(lines[at]) if chr(one).isalnum() and one < 128]
    if not letters:
        return lines
    place = letters[column % len(letters)]
    other = b"q" if lines[at][place] != ord("q") else b"k"
    return [*lines[:at], lines[at][:place] + other + lines[at][place + 1 :], *lines[at + 1 :]]


_SMUGGLED = (b"# note", b"", b"    - smuggled", b"- intent: evil", b"extra: 1", b"  metadata: 1")


def _smuggled(lines: Lines, at: int, which: int) -> Lines:
    return [*lines[:at], _SMUGGLED[which % len(_SMUGGLED)], *lines[at:]]


MUTATIONS = (_dropped, _repeated, _misspelt, _smuggled)


@edit_cases
@given(edits(), st.sampled_from(MUTATIONS), st.integers(0, 99), st.integers(0, 99))
def test_what_was_not_meant_is_noticed(
    case: tuple[bytes, list[Operation]],
    mutation: Callable[[Lines, int, int], Lines],
    at: int,
    which: int,
) -> None:
    source, operations = case
    found = edited_or_refused(source, operations)
    if found is None:
        return
    newline = b"\r\n" if b"\r\n" in found.after else b"\n"
    lines = found.after.split(newline)
    # Which of two equal lines is gone cannot be told; without either the file means the same.
    assume(mutation is not _dropped or lines.count(lines[at % len(lines)]) == 1)
    spoilt = mutation(lines, at % len(lines), which)
    # A new block may be set off by a blank line or not.
    adds = any(isinstance(one, AddExample | AddValue | ListName) for one in operations)
    assume(not adds or _filled(spoilt) != _filled(lines))
    assume(spoilt != lines)
    with pytest.raises(WriteRefusedError):
        read_back.check(source, newline.join(spoilt), operations, FILE, found.touched)


def _filled(lines: Iterable[bytes]) -> Lines:
    return [line for line in lines if line.strip()]
