"""Candidates for new intents: what people say that none is for, to be decided together."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from intent_al.web import gaps as known
from intent_al.web.access import Permission, needs

blueprint = Blueprint("gaps", __name__)


@blueprint.get("/gaps")
@needs(Permission.READ)
def gaps() -> str:
    return render_template("gaps.html", found=known.found_gaps())


@blueprint.post("/gaps/decide")
@needs(Permission.REVIEW)
def decide() -> Response:
    """Put a gap into the queue, and show it to be decided together."""
    name = request.form.get("name", "")
    known.pick(name)
    return make_response(redirect(url_for("bulk.show", gap=name), code=303))
