"""Whether a document's excerpt of an output is what the program prints, numbers aside.

Loose on purpose: figures, model ids, folders, the verdict and which utterances are chosen may
change without making a document wrong. Words, their order and the names of files may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_LOOSE = re.compile(
    r"(?P<anything>\.\.\.)"
    r"|(?P<model>builtin-[0-9a-f]{16})"
    r"|(?P<folder>(?<=\s)/\S+)"
    r"|(?P<reason>\b(?:passed|refused|inconclusive):)"
    r"|(?P<verdict>\b(?:passed|refused|inconclusive)$)"
    r"|(?P<number>[+-]?\d[\d,.]*)"
)
_STANDS_FOR = {
    "anything": ".*?",
    "model": "builtin-[0-9a-f]{16}",
    "folder": r"\S+",
    "reason": "(?:passed|refused|inconclusive):(?:[^;]*;)?",
    "verdict": "(?:passed|refused|inconclusive)",
    "number": r"[+-]?\d[\d,.]*",
}


def pattern(line: str) -> re.Pattern[str]:
    parts, done = [], 0
    for found in _LOOSE.finditer(line):
        parts += [re.escape(line[done : found.start()]), _STANDS_FOR[found.lastgroup or ""]]
        done = found.end()
    return re.compile("".join([*parts, re.escape(line[done:])]))


def missing_line(excerpt: str, output: str) -> str | None:
    """The first line of the excerpt that does not follow in the output; None when all do.

    A line ``...`` stands for any lines. White space and the width of the terminal do not count.
    """
    whole = " ".join(output.split())
    position = 0
    for line in excerpt.splitlines():
        wanted = " ".join(line.split())
        if wanted in ("", "..."):
            continue
        found = pattern(wanted).search(whole, position)
        if found is None:
            return line
        position = found.end()
    return None


def wrong_in_diff(excerpt: str, output: str, folder: Path) -> Iterator[str]:
    """What a diff in a document says and the program or the bot's file does not.

    Headers and lines that go have to be in the output, lines of context in the file. Which examples
    are added depends on the batch, so those only need the form.
    """
    kept: set[str] = set()
    for line in excerpt.splitlines():
        if line.startswith(("--- a/", "+++ b/")):
            kept = set((folder / line[6:]).read_text(encoding="utf-8").splitlines())
            if line not in output.splitlines():
                yield line
        elif line.startswith("@@"):
            if not re.fullmatch(r"@@ -\d+(,\d+)? \+\d+(,\d+)? @@", line):
                yield line
        elif line.startswith("-"):
            if line not in output.splitlines():
                yield line
        elif line.startswith("+"):
            indent = re.escape(line[: line.index("-") + 2])
            if not re.search(f"^{indent}", output, re.MULTILINE):
                yield line
        elif line[1:] not in kept:
            yield line
