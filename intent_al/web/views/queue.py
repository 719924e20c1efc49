"""The queue as a list: filtered by what stands in the URL, kept under names of one's own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from intent_al.store import listing
from intent_al.web import filters
from intent_al.web.access import Permission, needs
from intent_al.web.context import context, now, store
from intent_al.web.filters import PAGE, page_of, sort_of, state_of
from intent_al.web.saved_filters import drop_filter, keep_filter

blueprint = Blueprint("queue", __name__)


@blueprint.get("/queue")
@needs(Permission.READ)
def listing_page() -> str:
    values = request.args
    wanted, state, sort = filters.read(values), state_of(values), sort_of(values)
    page = page_of(values)
    rows = listing.page(
        store(), wanted, state, sort, now=now(), limit=PAGE + 1, offset=(page - 1) * PAGE
    )
    return render_template(
        "queue.html",
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        found=listing.count(store(), wanted, state),
        page=page,
        filter=filters.given(values),
        state=state,
        sort=sort,
        states=tuple(listing.STATES),
        sorts=tuple(listing.SORTS),
        choices=context().choices.get("", now(), lambda: listing.choices(store())),
        saved=g.user.preferences.get("filters", {}),
    )


@blueprint.post("/queue/saved")
@needs(Permission.READ)
def save() -> Response:
    """Keep the filter of the form under a name, for oneself; or drop the name."""
    wanted: dict[str, Any] = filters.given(request.form)
    state, sort = state_of(request.form), sort_of(request.form)
    name = request.form.get("name", "")
    if request.form.get("drop"):
        drop_filter(name)
    else:
        keep_filter(name, request.form)
    target = url_for("queue.listing_page", **wanted, state=state, sort=sort)
    return make_response(redirect(target, code=303))
