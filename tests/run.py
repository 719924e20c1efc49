"""Sets up every environment and runs every test: ``python3 tests/run.py``.

Needs nothing but Python. Environments lie in ``.environments/`` and are reused while the pins and
``pyproject.toml`` stay the same. Where an interpreter is missing, its part is reported as not run;
in CI (``CI=true``) that is a failure.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".environments"
CONSTRAINTS = ROOT / "tests" / "constraints"
RASA = "rasa[spacy]==3.6.21"


class StepError(Exception):
    pass


@dataclass
class Part:
    """One environment and what runs in it. ``interpreters``: the first that exists is taken."""

    name: str
    interpreters: tuple[str, ...]
    constraints: str
    packages: tuple[str, ...]
    steps: Callable[[Environment], None]


@dataclass
class Environment:
    folder: Path
    failures: list[str] = field(default_factory=list)

    def run(self, title: str, *command: str, env: dict[str, str] | None = None) -> None:
        """Run one step; a failure is noted and the next step still runs."""
        print(f"\n== {self.folder.name}: {title}", flush=True)
        program = self.folder / ("Scripts" if os.name == "nt" else "bin") / command[0]
        done = subprocess.run(
            [str(program), *command[1:]], cwd=ROOT, env={**os.environ, **(env or {})}, check=False
        )
        if done.returncode:
            self.failures.append(f"{self.folder.name}: {title} (exit code {done.returncode})")


def current(environment: Environment) -> None:
    environment.run("lint", "ruff", "check", ".")
    environment.run("format", "ruff", "format", "--check", ".")
    environment.run("types", "mypy")
    environment.run("layers", "lint-imports")
    environment.run("tests", "python", "-m", "pytest", "-n", "2", "--dist", "loadfile")


def newest(environment: Environment) -> None:
    environment.run(
        "fast tests", "python", "-m", "pytest", "-n", "2", "--dist", "loadfile", "-m", "not slow"
    )


def rasa(environment: Environment) -> None:
    environment.run("pins of Rasa and ours agree", "python", "-m", "pip", "check")
    # Rasa and what it imports warn about each other; only warnings of our own are errors here.
    ours = ("-W", "default", "-W", "error:::intent_al", "-W", "error:::connectors")
    environment.run("tests beside Rasa", "python", "-m", "pytest", "tests/beside_rasa", *ours)
    environment.run("demo beside Rasa", "intent-al", "demo", "--seeds", "1")


PARTS = (
    Part(
        "current",
        ("python3.11", "python3.12", "python3"),
        "current.txt",
        (".[test,test-web,test-encoders,plots,lint]",),
        current,
    ),
    Part("newest", ("python3.13",), "current.txt", (".[test]",), newest),
    Part("rasa", ("python3.10",), "rasa.txt", (RASA, ".", "pytest>=8,<9", "hypothesis"), rasa),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=[part.name for part in PARTS], action="append")
    arguments = parser.parse_args()
    failures: list[str] = []
    missing: list[str] = []
    ran = 0
    started = time.monotonic()
    for part in PARTS:
        if arguments.only and part.name not in arguments.only:
            continue
        interpreter = find_interpreter(part.interpreters)
        if interpreter is None:
            missing.append(part.name)
            print(f"\n== {part.name}: NOT RUN, there is no {part.interpreters[0]} here", flush=True)
            continue
        environment = Environment(ENVIRONMENTS / part.name)
        try:
            set_up(part, interpreter, environment.folder)
        except StepError as error:
            failures.append(f"{part.name}: {error}")
            continue
        part.steps(environment)
        failures += environment.failures
        ran += 1
    if os.environ.get("CI") == "true":
        failures += [f"{name}: not run, and CI demands it" for name in missing]
    return report(ran, missing, failures, time.monotonic() - started)


def report(ran: int, missing: list[str], failures: list[str], seconds: float) -> int:
    print(f"\n== {ran} parts run in {seconds / 60:.1f} minutes")
    for name in missing:
        print(f"   not run: {name}")
    for failure in failures:
        print(f"   FAILED: {failure}")
    if not failures:
        print("   everything that ran passed")
    return 1 if failures or not ran else 0


def find_interpreter(names: tuple[str, ...]) -> str | None:
    """The first name that really starts (a version manager may know names it cannot start)."""
    for name in names:
        path = shutil.which(name)
        if path and works(path):
            return path
    return None


def works(path: str) -> bool:
    probe = "import sys, venv; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 14))"
    done = subprocess.run([path, "-c", probe], cwd=ROOT, capture_output=True, check=False)
    return done.returncode == 0


def set_up(part: Part, interpreter: str, folder: Path) -> None:
    """Make the environment, or keep the one that was made from the same pins."""
    stamp = folder / "made-from.txt"
    wanted = fingerprint(part, interpreter)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print(f"\n== {part.name}: installing, this takes a few minutes", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    step([interpreter, "-m", "venv", str(folder)])
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    pins = CONSTRAINTS / part.constraints
    editable = [
        item for name in part.packages for item in (("-e", name) if name[0] == "." else (name,))
    ]
    step(
        [
            str(python),
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "-c",
            str(pins),
            *editable,
        ]
    )
    stamp.write_text(wanted, encoding="utf-8")


def step(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        raise StepError(f"{' '.join(command[:4])} ... ended with exit code {done.returncode}")


def fingerprint(part: Part, interpreter: str) -> str:
    digest = hashlib.sha256(repr((part.packages, interpreter)).encode())
    for path in (CONSTRAINTS / part.constraints, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
