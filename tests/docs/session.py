"""One reader of one document: works through its blocks in a copy of the example bot, or, as one who
contributes, in the checkout.

The commands are the installed ones, as far as a reader can tell; behind them stands the checkout.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from intent_al.demo import copy_bot
from intent_al.project.config import tomllib
from tests.support.limits import HANG
from tests.support.places import ROOT

COMMAND = "import sys; from intent_al.cli import main; sys.argv[0] = 'intent-al'; main()"
PRESS_KEYS = ROOT / "tests" / "docs" / "press_keys.py"
KEYS, DECIDED = "a1ouq", "2 decided"
"""What the reader presses in ``intent-al review``: two intents, out of scope, undo, leave."""


class Session:
    """``where`` the reader stands; None: in the bot."""

    def __init__(self, folder: Path, where: Path | None = None) -> None:
        self.bot = copy_bot(ROOT / "example_bot", folder / "my-bot")
        self._where = where or self.bot
        self.site = folder / "site"
        self.site.mkdir()
        programs = folder / "bin"
        programs.mkdir()
        python = f'"{sys.executable}"'
        _script(programs / "python", f'exec {python} "$@"')
        _script(
            programs / "python3",
            f"""run={python}
if [ "$1" = tests/run.py ]; then shift; exec "$run" tests/run.py --here "$@"; fi
exec "$run" "$@" """,
        )
        _script(programs / "sqlite-utils", f'exec {python} -m sqlite_utils "$@"')
        _script(
            programs / "intent-al",
            f"""run={python}
if [ "$*" = review ]; then exec "$run" {PRESS_KEYS} {KEYS} "$run" -c "{COMMAND}" review; fi
exec "$run" -c "{COMMAND}" "$@" """,
        )
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")},
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT, self.bot, self.site))),
            "COLUMNS": "100",
            "TERM": "xterm",
        }

    def write(self, name: str, text: str) -> None:
        (self.bot / name).write_text(text, encoding="utf-8")
        if name == "pyproject.toml":
            self._install(tomllib.loads(text)["project"])

    def _install(self, project: dict[str, object]) -> None:
        """What ``pip install -e .`` would tell Python of a package, without its build backend."""
        info = (
            self.site / f"{str(project['name']).replace('-', '_')}-{project['version']}.dist-info"
        )
        info.mkdir()
        metadata = {"Metadata-Version": "2.1", "Name": project["name"]}
        metadata |= {"Version": project["version"], "Summary": project["description"]}
        (info / "METADATA").write_text("".join(f"{k}: {v}\n" for k, v in metadata.items()))
        groups = project["entry-points"]
        assert isinstance(groups, dict)
        lines = []
        for group, points in groups.items():
            lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
        (info / "entry_points.txt").write_text("\n".join(lines) + "\n")

    def shell(self, text: str) -> subprocess.CompletedProcess[str]:
        return self._run(["bash", "-e", "-c", text])

    def python(self, text: str) -> subprocess.CompletedProcess[str]:
        return self._run([sys.executable, "-c", text])

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self._where,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=HANG,
            check=False,
        )


def _script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
