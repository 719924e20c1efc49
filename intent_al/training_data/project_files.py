"""Which files of a bot hold training data or the domain: Rasa's rule, which looks at lines.

A stray copy with a ``.yml`` suffix is training data for Rasa, so it is for us too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from intent_al.errors import TrainingDataError

_YAML = (".yml", ".yaml")
_NLU_KEYS = ("nlu:", "responses:")
_DOMAIN_KEYS = (
    "intents:",
    "entities:",
    "actions:",
    "responses:",
    "slots:",
    "forms:",
    "session_config:",
    "e2e_actions:",
)


def nlu_files(paths: Sequence[Path]) -> list[Path]:
    """Files with an ``nlu:`` or ``responses:`` line under the paths, sorted as Rasa sorts them."""
    return sorted({path for path in _yaml_files(paths) if _has_key(path, _NLU_KEYS)})


def domain_files(paths: Sequence[Path]) -> list[Path]:
    """Files with a key of a domain; a file that is named is one whatever it holds."""
    named = {path for path in paths if path.is_file()}
    found = {path for path in _yaml_files(paths) if path in named or _has_key(path, _DOMAIN_KEYS)}
    return sorted(found)


def yaml_files(paths: Sequence[Path]) -> list[Path]:
    """Every YAML file under the paths that exist, whatever it holds."""
    return sorted(set(_yaml_files([path for path in paths if path.exists()])))


def load(paths: Iterable[Path]) -> dict[Path, bytes]:
    return {path: _bytes_of(path) for path in paths}


def _yaml_files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_file():
            if path.suffix in _YAML:
                yield path
        elif path.is_dir():
            yield from _walk(path)
        else:
            raise TrainingDataError("there is no such file or folder", where=path)


def _walk(folder: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for root, folders, files in os.walk(folder, followlinks=True):
        # Rasa would walk a loop of links until the path is too long; once is enough.
        real = os.path.realpath(root)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        for name in files:
            path = Path(root, name)
            if path.suffix in _YAML and path.is_file():
                yield path


def _has_key(path: Path, keys: tuple[str, ...]) -> bool:
    wanted = tuple(key.encode() for key in keys)
    # Rasa reads with universal newlines; a file with bare carriage returns has lines, too.
    return any(line.lstrip().startswith(wanted) for line in _bytes_of(path).splitlines())


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TrainingDataError(f"cannot be read ({error.strerror or error})", where=path) from None
