"""The last result of the build hook, believed only while nothing that it depends on has changed.

Hundreds of thousands of examples take seconds to judge; a hook that runs at each commit must not.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from intent_al import __version__
from intent_al.check.report import CheckReport, from_plain, to_plain
from intent_al.errors import TrainingDataError
from intent_al.project.config import Project
from intent_al.system.durable import replace_file
from intent_al.training_data.lint import of_project

FILE = "check.json"
_FORMAT = 1


def key(project: Project) -> str:
    """A hash of every file that is read, of the settings, and of this package's version."""
    read = [
        (path.as_posix(), hashlib.sha256(_bytes_of(path)).hexdigest())
        for path in of_project.all_files(project)
    ]
    settings = asdict(replace(project.settings, sources={}))
    return _hash([_FORMAT, __version__, project.root.as_posix(), settings, read])


def read(path: Path, key: str) -> CheckReport | None:
    """None where there is no result for this key, or where it is not whole."""
    try:
        document = json.loads(path.read_bytes())
        if document["key"] == key and document["hash"] == _hash([key, document["answers"]]):
            return from_plain(document["answers"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return None


def write(path: Path, key: str, report: CheckReport) -> str:
    """Keep a result; an empty text, or the reason why that was not possible."""
    answers = to_plain(report)
    document = {"key": key, "hash": _hash([key, answers]), "answers": answers}
    try:
        replace_file(path, json.dumps(document).encode(), shared=True)
    except OSError as error:
        return f"the result is not kept: {path}: {error.strerror}"
    return ""


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TrainingDataError(f"cannot be read ({error.strerror})", where=path) from error
