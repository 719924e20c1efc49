"""Signing in and out. Nobody can sign up: `intent-al users add` makes people."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from intent_al.store import accounts, claims
from intent_al.web import passwords
from intent_al.web.context import context, now, store
from intent_al.web.messages import say
from intent_al.web.security import COOKIE, SESSION_SECONDS

blueprint = Blueprint("login", __name__)


def to_login() -> Response:
    target = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return _seen(url_for("login.form", next=target))


@blueprint.get("/login")
def form() -> str:
    return render_template("login.html", next=_inside(request.args.get("next", "")), trouble="")


@blueprint.post("/login")
def sign_in() -> tuple[str, int] | Response:
    name, password = request.form.get("name", ""), request.form.get("password", "")
    target = _inside(request.form.get("next", ""))
    throttle, keys = context().throttle, [f"name {name[:200]}", f"address {request.remote_addr}"]
    seconds = throttle.wait(keys, now())
    if seconds > 0:
        trouble = say("wait", seconds=round(seconds + 0.5))
        return render_template("login.html", next=target, trouble=trouble), 429
    user = accounts.find_user(store(), name)
    stored = user.password if user is not None and user.disabled_at is None else None
    if not passwords.right(stored, password) or user is None:
        throttle.failed(keys, now())
        trouble = say("wrong_password")
        return render_template("login.html", next=target, trouble=trouble), 401
    throttle.succeeded(keys)
    secret = accounts.open_session(store(), user, now=now(), seconds=SESSION_SECONDS)
    response = _seen(target)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION_SECONDS),
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["HTTPS"]),
    )
    return response


@blueprint.post("/logout")
def sign_out() -> Response:
    if g.session is not None:
        claims.release(store(), g.user.name)
        accounts.close_session(store(), request.cookies.get(COOKIE, ""))
    response = _seen(url_for("login.form"))
    response.delete_cookie(COOKIE)
    return response


def _seen(target: str) -> Response:
    return make_response(redirect(target, code=303))


def _inside(target: str) -> str:
    """Only a path of ours: a link to the sign-in page must not lead elsewhere afterwards."""
    parts = urlsplit(target.replace("\\", "/"))
    inside = target.startswith("/") and not target.startswith("//")
    return target if inside and not parts.scheme and not parts.netloc else "/"
