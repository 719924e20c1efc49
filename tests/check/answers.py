"""What the tests ask of an answer of the check, and how they break a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.commands import Called


def question(called: Called, name: str) -> dict[str, Any]:
    (found,) = (one for one in called.data["questions"] if one["question"] == name)
    assert isinstance(found, dict)
    return found


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new).encode())
