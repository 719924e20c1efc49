"""A name that is not known is answered with the nearest one, and with those that there are."""

from __future__ import annotations

import pytest

from connectors.names import LISTED, did_you_mean, nearest


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("sise", ["size", "strategy"], "; did you mean 'size'? valid: size, strategy"),
        ("TEXT", ["Text", "Time"], "; did you mean 'Text'? valid: Text, Time"),
        ("zzz", ["b", "a"], "; valid: b, a"),
    ],
)
def test_what_is_near_is_asked_and_what_there_is_listed(
    word: str, known: list[str], said: str
) -> None:
    assert did_you_mean(word, known) == said


def test_a_long_list_is_cut() -> None:
    names = [f"column_{number}" for number in range(LISTED + 1_200)]
    said = did_you_mean("column_1", names)
    assert said.startswith("; did you mean 'column_1'? valid: column_0, column_1, ")
    assert said.endswith(f"column_{LISTED - 1} and 1,200 more")


def test_names_are_shown_as_they_are_written() -> None:
    said = did_you_mean("onx", ["onnx"], shown=["onnx:FOLDER"])
    assert said == "; did you mean 'onnx'? valid: onnx:FOLDER"


def test_how_near_is_near_enough_can_be_said() -> None:
    assert nearest("greeting", ["greet"]) == "greet"
    assert nearest("greeting", ["greet"], cutoff=0.8) is None
