"""Lines of a long file, which are compared in stretches: nothing hides within one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intent_al.errors import WriteRefusedError
from intent_al.training_data.dialects.rasa.editing.kept_lines import inserted_lines

FILE = Path("nlu.yml")
LINES = [f"    - example {number % 700}\n".encode() for number in range(2_500)]
places = st.integers(0, len(LINES) - 1)


@given(places, st.sets(places, max_size=4))
def test_insertions_and_touched_lines_are_found(at: int, touched: set[int]) -> None:
    kept = [line for number, line in enumerate(LINES) if number not in touched]
    at = min(at, len(kept))
    after = [*kept[:at], b"new\n", *kept[at:]]
    assert inserted_lines(b"".join(LINES), b"".join(after), FILE, touched) == [at]


@given(places)
def test_a_line_that_changes_without_being_meant_is_named(at: int) -> None:
    after = [*LINES[:at], b"    - another\n", *LINES[at + 1 :]]
    with pytest.raises(WriteRefusedError, match="this line would change") as caught:
        inserted_lines(b"".join(LINES), b"".join(after), FILE)
    # The same line stands there again 700 lines below; the loss shows where none is left.
    assert caught.value.line is not None
    assert caught.value.line > at


@given(places)
def test_a_line_that_goes_is_missed(at: int) -> None:
    after = [*LINES[:at], *LINES[at + 1 :]]
    with pytest.raises(WriteRefusedError):
        inserted_lines(b"".join(LINES), b"".join(after), FILE)
