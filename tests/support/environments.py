"""The environments that the tests run in: made from pins, kept while these stay the same.

Needs nothing but Python, since it is what makes everything else.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENTS = ROOT / ".environments"
CONSTRAINTS = ROOT / "tests" / "constraints"
PROGRAMS = "Scripts" if os.name == "nt" else "bin"


class StepError(Exception):
    """An environment could not be made."""


@dataclass(frozen=True)
class Pins:
    """What an environment is made from. ``interpreters``: the first that exists is taken."""

    name: str
    interpreters: tuple[str, ...]
    constraints: str
    packages: tuple[str, ...]


@dataclass
class Environment:
    folder: Path
    name: str
    failures: list[str] = field(default_factory=list)

    def run(self, title: str, *command: str, env: dict[str, str] | None = None) -> None:
        """Run one step; a failure is noted and the next step still runs."""
        print(f"\n== {self.name}: {title}", flush=True)
        program = self.folder / PROGRAMS / command[0]
        done = subprocess.run(
            [str(program), *command[1:]], cwd=ROOT, env={**os.environ, **(env or {})}, check=False
        )
        if done.returncode:
            self.failures.append(f"{self.name}: {title} (exit code {done.returncode})")


def find_interpreter(names: tuple[str, ...]) -> str | None:
    """The first that really starts, since a version manager may know names it cannot start.

    It is told by its own file, so that it is the same one however it was reached; and it is never
    one of an environment of ours, which may be first on the path and is about to be made.
    """
    folders = [Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)]
    elsewhere = [str(folder) for folder in folders if ENVIRONMENTS not in folder.parents]
    for name in names:
        path = shutil.which(name, path=os.pathsep.join(elsewhere))
        if path and (started := _own_file(path)):
            return started
    return None


_PROBE = """
import os, sys, venv
if (3, 10) <= sys.version_info[:2] < (3, 14):
    print(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))
"""


def _own_file(path: str) -> str:
    """Where the interpreter behind ``path`` lies; empty for none that will do."""
    probe = [path, "-c", _PROBE]
    done = subprocess.run(probe, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def set_up(pins: Pins, interpreter: str) -> Environment:
    """Make the environment, or keep the one that was made from the same pins.

    Raises StepError where it cannot be made.
    """
    folder = ENVIRONMENTS / pins.name
    stamp = folder / "made-from.txt"
    wanted = _fingerprint(pins, interpreter)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return Environment(folder, pins.name)
    print(f"\n== {pins.name}: installing, this takes a few minutes", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    _step([interpreter, "-m", "venv", str(folder)])
    python = folder / PROGRAMS / "python"
    editable = [
        item for name in pins.packages for item in (("-e", name) if name[0] == "." else (name,))
    ]
    quiet = ("-q", "--disable-pip-version-check")
    constraints = ("-c", str(CONSTRAINTS / pins.constraints))
    _step([str(python), "-m", "pip", "install", *quiet, *constraints, *editable])
    stamp.write_text(wanted, encoding="utf-8")
    return Environment(folder, pins.name)


def _step(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        raise StepError(f"{' '.join(command[:4])} ... ended with exit code {done.returncode}")


def _fingerprint(pins: Pins, interpreter: str) -> str:
    digest = hashlib.sha256(repr((pins.packages, interpreter)).encode())
    for path in (CONSTRAINTS / pins.constraints, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()
