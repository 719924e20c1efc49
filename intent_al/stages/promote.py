"""Is it live, and can we go back?

Writes ``deployment`` and the bot's folder of models. An archive arrives there whole or not at all,
what it replaces stays, and a running server is told and asked again afterwards.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from intent_al.engines.rasa.archive import SUFFIX, Archive, live_archive, read_archive
from intent_al.errors import NotEnoughDataError, RasaError
from intent_al.store import Store, deployments
from intent_al.store.runs import Run

Tell = Callable[[Path, str], str]
"""Makes a running server load an archive, by its path and model id; returns the server's name."""

_OURS = "intent-al-run"
KEPT = 3
"""Archives of ours that stay: the live one, the one before, and one more."""


@dataclass(frozen=True, slots=True)
class PromoteReport:
    """What is live now. ``archive`` is its path, ``replaced`` that of what was live before."""

    model: str
    archive: str | None
    replaced: str | None
    server: str | None
    action: str = deployments.PROMOTE


@dataclass(frozen=True, slots=True)
class Place:
    """Where models go live: a folder, and a server that serves from it, if one is named."""

    models: Path
    tell: Tell | None = None


def promote(
    store: Store,
    run: Run,
    candidate: Path | None,
    place: Place,
    *,
    stored_model: str,
    clock: Callable[[], float] = time.time,
) -> PromoteReport:
    """Bring the candidate of ``run`` live. Without an archive, only the record says so.

    Raises RasaError, with the live model as it was, where the folder cannot be written or the
    server does not take it.
    """
    if candidate is None:
        return _recorded(store, run, stored_model, None, None, None, clock())
    folder = _folder(place.models)
    when = datetime.fromtimestamp(run.created_at, timezone.utc)
    target = folder / f"{when:%Y%m%d-%H%M%S}-{_OURS}{run.id}{SUFFIX}"
    archive = read_archive(candidate)
    before = live_archive(folder, besides=target)  # a killed promotion has left it there
    _copy(candidate, target)
    server = None
    if place.tell is not None:
        try:
            server = place.tell(target, archive.model_id)
        except BaseException:
            target.unlink(missing_ok=True)  # or a restart would load what nobody has seen work
            raise
    report = _recorded(store, run, stored_model, target, before, server, clock())
    _tidy(store, folder)
    return report


def rollback(
    store: Store,
    place: Place,
    *,
    stored_id: Callable[[str], str],
    clock: Callable[[], float] = time.time,
) -> PromoteReport:
    """Make what was live before the live archive the newest again.

    Raises NotEnoughDataError where nothing was promoted from here, or the archive is gone.
    """
    last = deployments.latest(store)
    folder = place.models
    live = live_archive(folder) if folder.is_dir() else None
    first = deployments.promotion_of(store, live.name) if live is not None else None
    if last is None or live is None or first is None or first.replaced is None:
        raise NotEnoughDataError(
            "nothing older to go back to: the live model was not promoted from here",
            where=folder,
        )
    older = folder / first.replaced
    if not older.is_file():
        raise NotEnoughDataError(
            "was live before, and is gone; restore it from a backup", where=older
        )
    archive: Archive = read_archive(older)
    _copy(older, older)
    server = None
    if place.tell is not None:
        try:
            server = place.tell(older, archive.model_id)
        except BaseException:
            _copy(live, live)
            raise
    model = stored_id(archive.model_id)
    deployments.write(
        store,
        action=deployments.ROLLBACK,
        run=None,
        model=model,
        archive=older.name,
        replaced=live.name,
        server=server,
        now=clock(),
    )
    return PromoteReport(model, str(older), str(live), server, deployments.ROLLBACK)


def _recorded(
    store: Store,
    run: Run,
    model: str,
    archive: Path | None,
    replaced: Path | None,
    server: str | None,
    now: float,
) -> PromoteReport:
    deployments.write(
        store,
        action=deployments.PROMOTE,
        run=run.id,
        model=model,
        archive=None if archive is None else archive.name,
        replaced=None if replaced is None else replaced.name,
        server=server,
        now=now,
    )
    return PromoteReport(
        model,
        None if archive is None else str(archive),
        None if replaced is None else str(replaced),
        server,
    )


def _folder(models: Path) -> Path:
    """The folder of models. A single file would be overwritten, and there were no way back."""
    if models.is_file():
        raise RasaError(
            "is one file: name the folder that the bot serves from with [rasa] models, so that "
            "the last good model can stay beside the new one",
            where=models,
        )
    try:
        models.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RasaError(f"cannot be written ({error.strerror})", where=models) from error
    return models


def _copy(source: Path, target: Path) -> None:
    """A new file of that name, whole or not at all: Rasa takes the one that came last."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(source, temporary)
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise RasaError(f"cannot be written ({error.strerror})", where=target) from error
    finally:
        temporary.unlink(missing_ok=True)


def _tidy(store: Store, folder: Path) -> None:
    """Delete archives of ours that are neither live nor what a rollback would go back to."""
    names = [one.archive for one in deployments.promoted(store) if one.archive]
    last = deployments.latest(store)
    kept = {*names[-KEPT:], *((last.archive, last.replaced) if last else ())}
    for name in names:
        if name not in kept and _OURS in name:
            (folder / name).unlink(missing_ok=True)
