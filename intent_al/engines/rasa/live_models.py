"""The folder that a bot serves its models from: archives arrive there whole, and come back.

Rasa serves the archive whose inode changed last, so going back is writing the older one again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from intent_al.engines.base import Release
from intent_al.engines.rasa.archive import SUFFIX, live_archive, read_archive
from intent_al.engines.rasa.ids import stored_id
from intent_al.errors import NotEnoughDataError, RasaError
from intent_al.system.durable import replace_file

Tell = Callable[[Path, str], str]
"""Makes a running server load an archive, by its path and model id; returns the server's name."""


class LiveModels:
    """``Releases`` of a folder, and of a server that serves from it, if one is named."""

    def __init__(self, folder: Path, candidates: Path, tell: Tell | None = None) -> None:
        self._folder = folder
        self._candidates = candidates
        self._tell = tell

    @property
    def where(self) -> str:
        return str(self._folder)

    def live(self) -> str | None:
        found = live_archive(self._folder) if self._folder.is_dir() else None
        return None if found is None else found.name

    def release(self, candidate: str, name: str) -> Release:
        folder = self._writable()
        target = folder / f"{name}{SUFFIX}"
        archive = read_archive(self._candidates / candidate)
        before = live_archive(folder, besides=target)  # a killed release has left it there
        _copy(archive.path, target)
        server = None
        if self._tell is not None:
            try:
                server = self._tell(target, archive.model_id)
            except BaseException:
                target.unlink(missing_ok=True)  # or a restart would load what nobody has seen work
                raise
        replaced = None if before is None else before.name
        return Release(stored_id(archive.model_id), target.name, replaced, server)

    def bring_back(self, archive: str) -> Release:
        older = self._folder / archive
        if not older.is_file():
            raise NotEnoughDataError(
                "was live before, and is gone; restore it from a backup", where=older
            )
        live, model_id = live_archive(self._folder), read_archive(older).model_id
        _copy(older, older)
        server = None
        if self._tell is not None:
            try:
                server = self._tell(older, model_id)
            except BaseException:
                if live is not None:
                    _copy(live, live)
                raise
        return Release(stored_id(model_id), archive, None if live is None else live.name, server)

    def delete(self, archives: Collection[str]) -> None:
        for name in archives:
            (self._folder / name).unlink(missing_ok=True)

    def _writable(self) -> Path:
        """A single file would be overwritten, and there were no way back."""
        if self._folder.is_file():
            raise RasaError(
                "is one file: name the folder that the bot serves from with [rasa] models, so that "
                "the last good model can stay beside the new one",
                where=self._folder,
            )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RasaError(f"cannot be written ({error.strerror})", where=self._folder) from error
        return self._folder


def _copy(source: Path, target: Path) -> None:
    """A new file of that name, whole or not at all: Rasa takes the one that came last."""
    try:
        replace_file(target, source)
    except OSError as error:
        raise RasaError(f"cannot be written ({error.strerror})", where=target) from error
