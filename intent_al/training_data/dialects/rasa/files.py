"""Which files of a bot hold training data or the domain: Rasa's rule, which looks at lines.

A stray copy with a ``.yml`` suffix is training data for Rasa, so it is for us too. So are older
files in JSON; Rasa tells those by their keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from intent_al.training_data.dialects.rasa import nlu_json
from intent_al.training_data.source_files import bytes_of, files_below

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
    found = {path for path in files_below(paths, _YAML) if _has_key(path, _NLU_KEYS)}
    return sorted(found | {path for path in files_below(paths, _JSON) if _is_nlu_json(path)})


def is_json(path: Path) -> bool:
    """Whether an NLU file is JSON and not YAML."""
    return path.suffix in _JSON


def domain_files(paths: Sequence[Path]) -> list[Path]:
    """Files with a key of a domain; a file that is named is one whatever it holds."""
    named = {path for path in paths if path.is_file()}
    yaml = files_below(paths, _YAML)
    found = {path for path in yaml if path in named or _has_key(path, _DOMAIN_KEYS)}
    return sorted(found)


def yaml_files(paths: Sequence[Path]) -> list[Path]:
    """Every YAML file under the paths that exist, whatever it holds."""
    return sorted(set(files_below([path for path in paths if path.exists()], _YAML)))


def _has_key(path: Path, keys: tuple[str, ...]) -> bool:
    wanted = tuple(key.encode() for key in keys)
    # Rasa reads with universal newlines; a file with bare carriage returns has lines, too.
    return any(line.lstrip().startswith(wanted) for line in bytes_of(path).splitlines())


def _is_nlu_json(path: Path) -> bool:
    return nlu_json.is_nlu(bytes_of(path))
