"""Edits of one file, as the tests of several rooms make them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import event

from intent_al.errors import WriteRefusedError
from intent_al.training_data.dialects.operations import Operation
from intent_al.training_data.dialects.rasa.editing import Edited, edit, read_back

FILE = Path("nlu.yml")

# What an edit may be refused for, because the file's form leaves it no place.
REASONS = (
    "neither a '|' block",
    "several lines",
    "only while",
    "nothing but ASCII",
    "this comment would become text",
)


def edited(source: str | bytes, *operations: Operation) -> str:
    """The new text, which was read back."""
    before = source if isinstance(source, bytes) else source.encode("utf-8")
    found = edit(before, operations, FILE)
    read_back.check(before, found.after, operations, FILE, found.touched)
    return found.after.decode("utf-8")


def edited_or_refused(source: bytes, operations: list[Operation]) -> Edited | None:
    """None where the edit is refused, for one of the reasons."""
    try:
        found = edit(source, operations, FILE)
    except WriteRefusedError as error:
        event("refused")
        if not any(reason in error.message for reason in REASONS):
            raise
        return None
    event("edited")
    return found
