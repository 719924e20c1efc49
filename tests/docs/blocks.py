"""The fenced blocks of the documents, with the labels that say how they are meant.

A label is an HTML comment on the line above a block, invisible to readers:

``<!-- not run: reason -->``      an exception; all are counted
``<!-- file: NAME -->``           the block is a file, put into the folder of the session
``<!-- exit codes: 0, 10 -->``    how the block may end, where that is not 0 alone
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.support.places import ROOT

FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)\s*$")
LABEL = re.compile(r"^ *<!-- (?P<name>not run|file|exit codes): (?P<value>.+?) -->$")


@dataclass(frozen=True)
class Block:
    path: Path
    line: int
    language: str
    text: str
    label: str = ""
    value: str = ""

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"

    @property
    def exit_codes(self) -> list[int]:
        return [int(code) for code in self.value.split(",")] if self.label == "exit codes" else [0]


def documents() -> list[Path]:
    top = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
    return [*(ROOT / name for name in top), *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(path: Path) -> list[Block]:
    """All fenced blocks of a document, in order."""
    found = []
    lines = path.read_text(encoding="utf-8").splitlines()
    opened: int | None = None
    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        if fence is None:
            continue
        if opened is None:
            opened = number
            continue
        start = FENCE.match(lines[opened])
        assert start is not None
        assert not fence["language"], f"{path}:{number + 1}: a block in a block"
        label = LABEL.match(lines[opened - 1]) if opened else None
        text = "\n".join(one.removeprefix(start["indent"]) for one in lines[opened + 1 : number])
        found.append(
            Block(
                path,
                opened + 1,
                start["language"],
                text + "\n",
                label["name"] if label else "",
                label["value"] if label else "",
            )
        )
        opened = None
    assert opened is None, f"{path}: a block is not closed"
    return found


def every_block() -> list[Block]:
    return [block for path in documents() for block in blocks(path)]
