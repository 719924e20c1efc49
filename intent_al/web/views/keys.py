"""A reviewer's own keys."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from intent_al.web.access import Permission, needs
from intent_al.web.keys import DEFAULTS, keep_keys, keys_of

blueprint = Blueprint("keys", __name__)


@blueprint.get("/keys")
@needs(Permission.REVIEW)
def show() -> str:
    saved = request.args.get("done") == "saved"
    return render_template("keys.html", own=keys_of(g.user.preferences), saved=saved)


@blueprint.post("/keys")
@needs(Permission.REVIEW)
def change() -> Response:
    keep_keys({} if request.form.get("reset") else _typed())
    return make_response(redirect(url_for("keys.show", done="saved"), code=303))


def _typed() -> dict[str, str]:
    """A space is written as the word: nobody sees one in a field."""
    typed = {action: request.form.get(action, DEFAULTS[action]) for action in DEFAULTS}
    return {
        action: " " if key.strip().casefold() == "space" else key for action, key in typed.items()
    }
