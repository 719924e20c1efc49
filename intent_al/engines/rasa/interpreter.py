"""The interpreter of the bot's environment: where it is, and which Rasa it has."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from intent_al.errors import RasaError
from intent_al.project.config import CONFIG_FILE, Project

KNOWN = "3.6."
"""The worker reaches into Rasa's components, so it knows the versions that it was tried with."""

_ASK = (
    "import importlib.metadata as m, sys\n"
    "try: print(m.version('rasa'))\n"
    "except m.PackageNotFoundError: sys.exit(3)"
)
_HINT = f"set [rasa] python in {CONFIG_FILE} to the python of the bot's environment"


@dataclass(frozen=True, slots=True)
class RasaPython:
    """An interpreter with a Rasa that the worker knows."""

    path: Path
    version: str


def find_python(project: Project) -> RasaPython:
    """``[rasa] python``, or this interpreter where it has Rasa.

    Raises RasaError, with what to do, where there is none or where its Rasa is another one.
    """
    named = project.settings.rasa.python
    if not named and importlib.util.find_spec("rasa") is None:
        raise RasaError(f"this environment has no Rasa; {_HINT}", where=project.root)
    # not resolved: the python of an environment is a link, and its place is what it is known by
    path = project.root / Path(named).expanduser() if named else Path(sys.executable)
    try:
        asked = subprocess.run(
            [str(path), "-c", _ASK], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = getattr(error, "strerror", None) or "it does not answer"
        raise RasaError(f"is no interpreter that starts ({reason}); {_HINT}", where=path) from None
    if asked.returncode == 3:
        raise RasaError(f"has no Rasa; {_HINT}", where=path)
    version = asked.stdout.strip()
    if asked.returncode or not version:
        said = " ".join(asked.stderr.split())[-200:]
        raise RasaError(f"is no Python that starts ({said}); {_HINT}", where=path)
    if not version.startswith(KNOWN):
        raise RasaError(
            f'has Rasa {version}, and the worker knows {KNOWN}x: use [model] engine = "server"',
            where=path,
        )
    return RasaPython(path, version)
