"""What an archive of a Rasa model says of itself; Rasa is not needed to read it."""

from __future__ import annotations

import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

from intent_al.errors import RasaError

SUFFIX = ".tar.gz"


@dataclass(frozen=True, slots=True)
class Archive:
    """``rasa`` is the version that trained it; ``has_core``: it decides on dialogues, too."""

    path: Path
    model_id: str
    rasa: str
    has_nlu: bool
    has_core: bool


def read_archive(path: Path) -> Archive:
    """Raises RasaError for what is no archive of Rasa 3."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            member = archive.extractfile("metadata.json")
            data = json.load(member) if member is not None else {}
        return Archive(
            path,
            str(data["model_id"]),
            str(data["rasa_open_source_version"]),
            data.get("nlu_target") is not None,
            data.get("core_target") is not None,
        )
    except FileNotFoundError:
        raise RasaError("does not exist", where=path) from None
    except (OSError, EOFError, tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise RasaError(f"is no model of Rasa 3 ({error})", where=path) from error


def live_archive(models: Path, *, besides: Path | None = None) -> Path | None:
    """What Rasa serves from ``models``: the file itself, or the newest archive in the folder.

    As for Rasa, the newest is the one whose inode changed last, not the one with the last name.
    ``besides`` is not counted.
    """
    if models.is_file():
        return models
    try:
        found = [
            path for path in models.iterdir() if path.name.endswith(SUFFIX) and path != besides
        ]
        return max(found, key=lambda path: path.stat().st_ctime_ns, default=None)
    except OSError:
        return None
