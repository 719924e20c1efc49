"""Sets up every environment and runs every test: ``python3 tests/run.py``.

Needs nothing but Python. Environments lie in ``.environments/`` and are reused while the pins and
``pyproject.toml`` stay the same. Where an interpreter is missing, its part is reported as not run;
in CI (``CI=true``) that is a failure.

Part of it, in the current environment where ``--only`` names no other:

    python3 tests/run.py --setup                 make the environment
    python3 tests/run.py --fast                  lint, types, layers and the fast tests
    python3 tests/run.py --lint                  lint, types and layers
    python3 tests/run.py --docs                  write the generated pages anew
    python3 tests/run.py intent_al/strategies    the tests of a room, a module, or of a path
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.environments import (  # noqa: E402 - the checkout goes first
    Environment,
    Pins,
    StepError,
    find_interpreter,
    set_up,
)
from tests.support.rooms import NoTestsError, mirroring  # noqa: E402

RASA = "rasa[spacy]==3.6.21"
HERE = Environment(Path(sys.prefix), "here")
PYTEST = ("python", "-m", "pytest")
IN_PARALLEL = ("-n", "2", "--dist", "loadfile")
# Rasa and what it imports warn about each other; only warnings of our own are errors there.
OURS = ("-W", "default", "-W", "error:::intent_al", "-W", "error:::connectors")

Steps = Callable[[Environment], None]


@dataclass(frozen=True)
class Part:
    """One environment and what runs in it; ``options`` are pytest's."""

    pins: Pins
    steps: Steps
    options: tuple[str, ...] = ()


def lint(environment: Environment) -> None:
    environment.run("lint", "ruff", "check", ".")
    environment.run("format", "ruff", "format", "--check", ".")
    environment.run("types", "mypy")
    environment.run("layers", "lint-imports")
    environment.run("hygiene", "python", "tests/hygiene.py")


def fast(environment: Environment) -> None:
    lint(environment)
    fast_tests(environment)


def current(environment: Environment) -> None:
    lint(environment)
    environment.run("tests", *PYTEST, *IN_PARALLEL)


def fast_tests(environment: Environment) -> None:
    environment.run("fast tests", *PYTEST, *IN_PARALLEL, "-m", "not slow")


def rasa(environment: Environment) -> None:
    environment.run("pins of Rasa and ours agree", "python", "-m", "pip", "check")
    environment.run("tests beside Rasa", *PYTEST, "tests/beside_rasa", *OURS)
    environment.run("demo beside Rasa", "intent-al", "demo", "--seeds", "1")


def docs(environment: Environment) -> None:
    environment.run("generated pages", "python", "docs/generate.py")


def setup(environment: Environment) -> None:
    print(f"\n== {environment.name}: is in {environment.folder}", flush=True)


def tests(paths: list[str], options: tuple[str, ...]) -> Steps:
    return lambda environment: environment.run("tests", *PYTEST, *paths, *options)


PARTS = (
    Part(
        Pins(
            "current",
            ("python3.11", "python3.12", "python3"),
            "current.txt",
            (".[test,test-web,test-encoders,plots,lint]",),
        ),
        current,
    ),
    Part(Pins("newest", ("python3.13",), "current.txt", (".[test]",)), fast_tests),
    Part(
        Pins("rasa", ("python3.10",), "rasa.txt", (RASA, ".", "pytest>=8,<9", "hypothesis")),
        rasa,
        OURS,
    ),
)


SOME = {"setup": setup, "fast": fast, "lint": lint, "docs": docs}
"""What can be asked for by an option, each within one environment."""


def main(words: Sequence[str] | None = None) -> int:
    asked = _arguments().parse_args(words)
    try:
        paths = [path for place in asked.places for path in mirroring(place, ROOT)]
    except NoTestsError as error:
        print(f"tests/run.py: {error}", file=sys.stderr)
        return 2
    whole = not paths and asked.some is None
    only = asked.only or ([part.pins.name for part in PARTS] if whole else ["current"])
    failures: list[str] = []
    missing: list[str] = []
    ran = 0
    started = time.monotonic()
    for part in PARTS:
        if part.pins.name not in only:
            continue
        try:
            environment = HERE if asked.here else made(part.pins)
        except StepError as error:
            failures.append(f"{part.pins.name}: {error}")
            continue
        if environment is None:
            missing.append(part.pins.name)
            continue
        steps = part.steps if whole else tests(paths, part.options) if paths else SOME[asked.some]
        steps(environment)
        failures += environment.failures
        ran += 1
    if os.environ.get("CI") == "true":
        failures += [f"{name}: not run, and CI demands it" for name in missing]
    return report(ran, missing, failures, time.monotonic() - started)


def made(pins: Pins) -> Environment | None:
    """The environment, or None where there is no interpreter for it."""
    interpreter = find_interpreter(pins.interpreters)
    if interpreter is None:
        print(f"\n== {pins.name}: NOT RUN, there is no {pins.interpreters[0]} here", flush=True)
        return None
    return set_up(pins, interpreter)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("places", nargs="*", help="rooms, modules or tests", metavar="PLACE")
    parser.add_argument("--only", choices=[part.pins.name for part in PARTS], action="append")
    parser.add_argument("--here", action="store_true", help="with this Python and its packages")
    some = parser.add_mutually_exclusive_group()
    for name in SOME:
        some.add_argument(f"--{name}", action="store_const", const=name, dest="some")
    return parser


def report(ran: int, missing: list[str], failures: list[str], seconds: float) -> int:
    print(f"\n== {ran} parts run in {seconds / 60:.1f} minutes")
    for name in missing:
        print(f"   not run: {name}")
    for failure in failures:
        print(f"   FAILED: {failure}")
    if not failures:
        print("   everything that ran passed")
    return 1 if failures or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
