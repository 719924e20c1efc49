"""What all requests of one server share, and the one store connection that each request has."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar, cast

from flask import Flask, current_app, g

from intent_al.insights import Insights
from intent_al.project.config import Project
from intent_al.project.state import masking_key, state_folder
from intent_al.store import Store
from intent_al.store.listing import Choices
from intent_al.texts.masking import Masker
from intent_al.web.metrics import Metrics
from intent_al.web.similarity import Crowd
from intent_al.web.throttle import Throttle
from intent_al.web.training_index import Knowledge

KEY = "intent_al"
BUSY_SECONDS = 5.0
"""A job may wait long for a lock; a person is told, and the page sends the decision again."""


Found = TypeVar("Found")


class Remembered(Generic[Found]):
    """An answer by name that is good enough for some seconds: every card shows how many wait, and
    counting them takes longer than storing a decision."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: dict[str, tuple[float, Found]] = {}

    def get(self, name: str, now: float, find: Callable[[], Found]) -> Found:
        known = self._known.get(name)
        if known is None or not 0 <= now - known[0] < self._seconds:
            known = self._known[name] = (now, find())
        return known[1]

    def forget(self) -> None:
        self._known.clear()


class Stores:
    """Open stores that no request is using: opening one costs as much as a decision."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._free: list[Store] = []
        self._lock = threading.Lock()

    def take(self) -> Store:
        with self._lock:
            if self._free:
                return self._free.pop()
        return Store(self._path, any_thread=True, patience=BUSY_SECONDS)

    def give_back(self, used: Store) -> None:
        with self._lock:
            self._free.append(used)

    def close(self) -> None:
        with self._lock:
            while self._free:
                self._free.pop().close()


@dataclass(slots=True)
class PageContext:
    """``clock`` in seconds since the epoch. ``applying`` is held by whoever changes the files."""

    project: Project
    masker: Masker
    knowledge: Knowledge
    stores: Stores
    clock: Callable[[], float] = time.time
    throttle: Throttle = field(default_factory=Throttle)
    metrics: Metrics = field(default_factory=Metrics)
    applying: threading.Lock = field(default_factory=threading.Lock)
    totals: Remembered[int] = field(default_factory=lambda: Remembered(seconds=30.0))
    """Cards of each reviewer, decided ones and those that wait."""
    first_open: Remembered[int] = field(default_factory=lambda: Remembered(seconds=30.0))
    """The id of the first item that waits: a queue is worked off from its beginning."""
    crowd: Remembered[Crowd] = field(default_factory=lambda: Remembered(seconds=60.0))
    gaps: Remembered[Insights] = field(default_factory=lambda: Remembered(seconds=600.0))
    choices: Remembered[Choices] = field(default_factory=lambda: Remembered(seconds=30.0))

    def close(self) -> None:
        """Of a server that has ended; a request that is still running keeps its own store."""
        self.stores.close()


def open_context(project: Project, clock: Callable[[], float]) -> PageContext:
    state_folder(project.state)
    masking = project.settings.masking
    key = masking_key(project.state / "masking.key")
    masker = Masker(key, masking.rules, masking.patterns)
    Store(project.database).close()  # migrate once, and fail now rather than at the first request
    return PageContext(project, masker, Knowledge(project), Stores(project.database), clock)


def context() -> PageContext:
    return cast(PageContext, current_app.extensions[KEY])


def store() -> Store:
    """The connection of this request, taken when it is first asked for."""
    if "store" not in g:
        g.store = context().stores.take()
    return cast(Store, g.store)


def now() -> float:
    return context().clock()


def give_stores_back(app: Flask) -> None:
    @app.teardown_appcontext
    def _close(_error: BaseException | None) -> None:
        opened = g.pop("store", None)
        if opened is not None:
            context().stores.give_back(opened)
