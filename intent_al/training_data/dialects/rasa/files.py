"""Which files of a bot hold training data or the domain: Rasa's rule, which looks at lines.

A stray copy with a ``.yml`` suffix is training data for Rasa, so it is for us too. So are older
files in JSON; Rasa tells those by their keys.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from intent_al.errors import TrainingDataError
from intent_al.training_data.dialects.rasa import nlu_json

_YAML = (".yml", ".yaml")
_JSON = (".json",)
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
    """Files with an ``nlu:`` or ``responses:`` line under the paths, sorted as Rasa sorts them.

    Among them are JSON files that Rasa takes for NLU data (see ``is_json``), which are read and
    never changed in place.
    """
    found = {path for path in _files(paths, _YAML) if _has_key(path, _NLU_KEYS)}
    return sorted(found | {path for path in _files(paths, _JSON) if _is_nlu_json(path)})


def is_json(path: Path) -> bool:
    """Whether an NLU file is JSON and not YAML."""
    return path.suffix in _JSON


def domain_files(paths: Sequence[Path]) -> list[Path]:
    """Files with a key of a domain; a file that is named is one whatever it holds."""
    named = {path for path in paths if path.is_file()}
    yaml = _files(paths, _YAML)
    found = {path for path in yaml if path in named or _has_key(path, _DOMAIN_KEYS)}
    return sorted(found)


def yaml_files(paths: Sequence[Path]) -> list[Path]:
    """Every YAML file under the paths that exist, whatever it holds."""
    return sorted(set(_files([path for path in paths if path.exists()], _YAML)))


def load(paths: Iterable[Path]) -> dict[Path, bytes]:
    return {path: _bytes_of(path) for path in paths}


def _files(paths: Sequence[Path], suffixes: tuple[str, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_file():
            if path.suffix in suffixes:
                yield path
        elif path.is_dir():
            yield from _walk(path, suffixes)
        else:
            raise TrainingDataError("there is no such file or folder", where=path)


def _walk(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
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
            if path.suffix in suffixes and path.is_file():
                yield path


def _has_key(path: Path, keys: tuple[str, ...]) -> bool:
    wanted = tuple(key.encode() for key in keys)
    # Rasa reads with universal newlines; a file with bare carriage returns has lines, too.
    return any(line.lstrip().startswith(wanted) for line in _bytes_of(path).splitlines())


def _is_nlu_json(path: Path) -> bool:
    return nlu_json.is_nlu(_bytes_of(path))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TrainingDataError(f"cannot be read ({error.strerror or error})", where=path) from None
