"""What no request gets around: who is asking, from which page, and what the answer may do.

The threats are a stranger's utterance that wants to be markup, and another site that wants to use
the reviewer's session.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from intent_al.errors import DeniedError
from intent_al.store import accounts
from intent_al.web.access import SignedOutError, permissions
from intent_al.web.context import now, store
from intent_al.web.messages import say

COOKIE = "intent_al_session"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
SESSION_SECONDS = 12 * 3600.0

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def install(app: Flask) -> None:
    app.before_request(_by_which_name)
    app.before_request(_who_is_asking)
    app.before_request(_from_which_page)
    app.after_request(_with_headers)


def _by_which_name() -> None:
    """A name of somebody else's that leads to this machine makes their page one of ours."""
    hosts = current_app.config["HOSTS"]
    if hosts is not None and urlsplit(f"//{request.host}").hostname not in hosts:
        g.user, g.session, g.permissions = None, None, frozenset()
        raise DeniedError(say("other_site"))


def _who_is_asking() -> None:
    """A token in the header counts before the browser's session: a program means what it sends."""
    g.user, g.session, g.permissions = None, None, frozenset()
    if request.endpoint in ("static", "health.healthz"):
        return
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind:
        found = accounts.find_token(store(), secret, now=now()) if kind == "Bearer" else None
        if found is None:
            raise SignedOutError(say("bad_token"))
        user, scopes = found
        g.user = user
        g.permissions = frozenset(one for one in permissions(user.role) if one.value in scopes)
        return
    secret = request.cookies.get(COOKIE, "")
    g.session = accounts.find_session(store(), secret, now=now()) if secret else None
    if g.session is not None:
        g.user = g.session.user
        g.permissions = permissions(g.user.role)


def _from_which_page() -> None:
    """A change must come from a page of ours: by what the browser says, and by a token that only
    our pages hold. A program with a token of its own has no page, and no cookie to be misused."""
    if request.method not in _CHANGING:
        return
    if g.user is not None and g.session is None:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site not in ("same-origin", "none") or (origin and urlsplit(origin).netloc != request.host):
        raise DeniedError(say("other_site"))
    if g.session is not None:
        sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
        if not hmac.compare_digest(sent.encode(), g.session.csrf.encode()):
            raise DeniedError(say("stale_form"))


def _with_headers(response: Response) -> Response:
    response.headers.update(_HEADERS)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
