"""Puts the page together."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection

from flask import Flask, Response, g, jsonify, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from intent_al.errors import (
    BusyError,
    ConflictError,
    DeniedError,
    IntentAlError,
    StoreError,
    UsageError,
)
from intent_al.project.config import Project
from intent_al.web import access, api, security, template_helpers
from intent_al.web.access import SignedOutError
from intent_al.web.context import KEY, PageContext, context, give_stores_back, open_context
from intent_al.web.messages import say
from intent_al.web.template_helpers import shortened, visible
from intent_al.web.views import BLUEPRINTS

LARGEST = 1_000_000
"""Bytes of a request; an utterance of 100 kB and its markup fit."""
_LOG = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[IntentAlError], int], ...] = (
    (SignedOutError, 401),
    (DeniedError, 403),
    (ConflictError, 409),
    (UsageError, 400),
    (BusyError, 503),
    (StoreError, 503),
)


def create_app(
    project: Project,
    *,
    clock: Callable[[], float] = time.time,
    https: bool = False,
    hosts: Collection[str] | None = None,
) -> Flask:
    """The page of one project. ``https`` where a proxy in front of it speaks that; ``hosts`` are
    the names that it answers to, None being any."""
    app = Flask(__name__)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST, MAX_FORM_MEMORY_SIZE=LARGEST, HTTPS=https, HOSTS=hosts
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[KEY] = open_context(project, clock)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(say=say, may=access.may, **template_helpers.FUNCTIONS)
    app.jinja_env.filters.update(visible=visible, shortened=shortened)
    _measure(app)
    security.install(app)
    give_stores_back(app)
    for blueprint in (*BLUEPRINTS, api.blueprint):
        app.register_blueprint(blueprint)
    app.register_error_handler(IntentAlError, _told)
    app.register_error_handler(HTTPException, _told_of_http)
    app.register_error_handler(Exception, _bug)
    return app


def _measure(app: Flask) -> None:
    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _note(response: Response) -> Response:
        seconds = time.perf_counter() - g.started
        shared: PageContext = context()
        endpoint = request.endpoint or "none"
        shared.metrics.note(endpoint, request.method, response.status_code, seconds)
        response.headers["Server-Timing"] = f"app;dur={seconds * 1000:.1f}"
        return response


def _told(error: IntentAlError) -> tuple[Response | str, int] | Response:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 400)
    if status == 401 and not _is_api():
        from intent_al.web.views.login import to_login

        return to_login()
    return _answer(str(error), status)


def _told_of_http(error: HTTPException) -> tuple[Response | str, int]:
    code = error.code or 500
    key = {404: "error_not_found", 405: "error_method", 413: "error_too_large"}.get(code)
    return _answer(say(key) if key else (error.description or error.name), code)


def _bug(error: Exception) -> tuple[Response | str, int]:
    """Texts of strangers may be in the message: it goes to the log alone."""
    _LOG.error("a request failed", exc_info=error)
    return _answer(say("error_bug"), 500)


def _answer(message: str, status: int) -> tuple[Response | str, int]:
    if _is_api():
        return jsonify(error={"status": status, "message": visible(message)}), status
    return render_template("error.html", message=message, status=status), status


def _is_api() -> bool:
    return request.path.startswith("/api/")
