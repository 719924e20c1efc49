"""What all requests of one server share, and the one store connection that each request has."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from flask import Flask, current_app, g

from intent_al.config import Project
from intent_al.masking import Masker
from intent_al.state import masking_key, state_folder
from intent_al.store import Store
from intent_al.web.knowledge import Knowledge
from intent_al.web.metrics import Metrics
from intent_al.web.throttle import Throttle

KEY = "intent_al"


@dataclass(slots=True)
class Desk:
    """``clock`` in seconds since the epoch. ``applying`` is held by whoever changes the files."""

    project: Project
    masker: Masker
    knowledge: Knowledge
    clock: Callable[[], float] = time.time
    throttle: Throttle = field(default_factory=Throttle)
    metrics: Metrics = field(default_factory=Metrics)
    applying: threading.Lock = field(default_factory=threading.Lock)


def open_desk(project: Project, clock: Callable[[], float]) -> Desk:
    state_folder(project.state)
    masking = project.settings.masking
    key = masking_key(project.state / "masking.key")
    masker = Masker(key, masking.rules, masking.patterns)
    Store(project.database).close()  # migrate once, and fail now rather than at the first request
    return Desk(project, masker, Knowledge(project), clock)


def desk() -> Desk:
    return cast(Desk, current_app.extensions[KEY])


def store() -> Store:
    """The connection of this request, opened when it is first asked for."""
    if "store" not in g:
        g.store = Store(desk().project.database)
    return cast(Store, g.store)


def now() -> float:
    return desk().clock()


def close_store(app: Flask) -> None:
    @app.teardown_appcontext
    def _close(_error: BaseException | None) -> None:
        opened = g.pop("store", None)
        if opened is not None:
            opened.close()
