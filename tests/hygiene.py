"""What linters do not look at: ``python tests/hygiene.py [FILE ...]``, all files of the clone.

Prints a line for each finding and ends with 1 where there is one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 1_000_000
"""Bytes of one file; the largest picture has a third."""

RECORDED = ("example_bot/rasa.db",)
EMPTY_IN_DIFF = " "
"""An empty line of a diff, which documents show."""
CONFLICT = re.compile(r"^(<{7} |={7}$|>{7} )")


def main(names: list[str]) -> int:
    found = [finding for path in _files(names) for finding in findings(path)]
    for finding in found:
        print(finding)
    return 1 if found else 0


def _files(names: list[str]) -> list[Path]:
    if not names:
        listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
        names = [name for name in done.stdout.split("\0") if name]
        if done.returncode:
            print("hygiene: no git clone, nothing looked at")
    return [path for path in (ROOT / name for name in names) if path.is_file()]


def findings(path: Path) -> Iterator[str]:
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
    content = path.read_bytes()
    if len(content) > LARGEST and name not in RECORDED:
        yield f"{name}: {len(content):,} bytes; a repository keeps every version for ever"
    if b"\0" in content:
        return
    if b"\r" in content:
        yield f"{name}: lines end with CR; end them with LF alone"
    if content and not content.endswith(b"\n"):
        yield f"{name}: the last line has no end"
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        if line != line.rstrip() and line != EMPTY_IN_DIFF:
            yield f"{name}:{number}: white space at the end"
        if CONFLICT.match(line):
            yield f"{name}:{number}: a merge was not finished"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
