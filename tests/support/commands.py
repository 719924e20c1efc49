"""Commands: called in this process by the fixture ``call``, or run in one of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.limits import HANG
from tests.support.places import ROOT

MAIN = "from intent_al.cli import main; main()"
"""The command line, for ``python -c`` in a process of its own."""


@dataclass(frozen=True)
class Called:
    """What one call of a command left behind."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


Call = Callable[..., Called]


def one_line(called: Called, code: int, *words: str) -> None:
    """The command failed with that code, and said in one line what is wrong."""
    assert called.code == code, called
    lines = called.err.splitlines()
    assert len(lines) == 1, called.err
    assert lines[0].startswith("intent-al: ")
    for word in words:
        assert word in lines[0]


def run_python(
    code: str, *args: str, cwd: Path, path: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``code`` with an environment that holds nothing but ``path`` and what is given."""
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "PATH": path, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=HANG,
        check=False,
    )
