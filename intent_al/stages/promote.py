"""Is it live, and can we go back?

Writes ``deployment``. Where an engine archives its models, the archive goes where the bot serves it
from, and what it replaces stays there; the engine knows how.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

from intent_al.engines.base import Release, Releases
from intent_al.errors import NotEnoughDataError
from intent_al.store import Store, deployments, runs
from intent_al.store.runs import Run

_OURS = "intent-al-run"
KEPT = 3
"""Archives of ours that stay: the live one, the one before, and one more."""


@dataclass(frozen=True, slots=True)
class PromoteReport:
    """What is live now. ``archive`` is its path, ``replaced`` that of what was live before;
    ``taken_back`` is the model that a rollback replaced."""

    model: str
    archive: str | None = None
    replaced: str | None = None
    server: str | None = None
    action: str = deployments.PROMOTE
    taken_back: str | None = None


def promote(
    store: Store,
    run: Run,
    releases: Releases | None,
    *,
    clock: Callable[[], float] = time.time,
) -> PromoteReport:
    """Bring the candidate of ``run`` live. Without an archive, only the record says so.

    Raises RasaError, with the live model as it was, where that cannot be done.
    """
    if run.archive is None or releases is None:
        return _recorded(store, Release(run.model, None, None, None), run.id, None, clock())
    when = datetime.fromtimestamp(run.created_at, timezone.utc)
    release = releases.release(run.archive, f"{when:%Y%m%d-%H%M%S}-{_OURS}{run.id}")
    report = _recorded(store, release, run.id, releases, clock())
    releases.delete(_superseded(store))
    return report


def rollback(
    store: Store, releases: Releases | None, *, clock: Callable[[], float] = time.time
) -> PromoteReport:
    """Make what was live before the live archive live again.

    Raises NotEnoughDataError where nothing was promoted from here, or the archive is gone.
    """
    live = None if releases is None else releases.live()
    first = None if live is None else deployments.promotion_of(store, live)
    if releases is None or first is None or first.replaced is None:
        raise NotEnoughDataError(
            "nothing older to go back to: the live model was not promoted from here",
            where=None if releases is None else releases.where,
        )
    release = releases.bring_back(first.replaced)
    return _recorded(store, release, None, releases, clock(), taken_back=first.model)


def released_by(store: Store) -> str | None:
    """The engine whose archive went live last; None where none did."""
    for one in reversed(deployments.promoted(store)):
        if one.archive is not None and one.run is not None:
            return runs.run_of(store, one.run).engine
    return None


def _recorded(
    store: Store,
    release: Release,
    run: int | None,
    releases: Releases | None,
    now: float,
    *,
    taken_back: str | None = None,
) -> PromoteReport:
    action = deployments.ROLLBACK if run is None else deployments.PROMOTE
    deployments.write(
        store,
        action=action,
        run=run,
        model=release.model,
        archive=release.archive,
        replaced=release.replaced,
        server=release.server,
        now=now,
    )
    return PromoteReport(
        release.model,
        _place(releases, release.archive),
        _place(releases, release.replaced),
        release.server,
        action,
        taken_back,
    )


def _place(releases: Releases | None, name: str | None) -> str | None:
    return None if releases is None or name is None else f"{releases.where}/{name}"


def _superseded(store: Store) -> list[str]:
    """Archives of ours that are neither live nor what a rollback would go back to."""
    names = [one.archive for one in deployments.promoted(store) if one.archive]
    last = deployments.latest(store)
    kept = {*names[-KEPT:], *((last.archive, last.replaced) if last else ())}
    return [name for name in names if name not in kept and _OURS in name]
