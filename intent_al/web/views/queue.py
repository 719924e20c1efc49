"""The queue as a list: filtered by what stands in the URL, kept under names of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from intent_al.errors import UsageError
from intent_al.store import accounts, listing
from intent_al.web import filters
from intent_al.web.access import Permission, needs
from intent_al.web.context import desk, now, store
from intent_al.web.numbers import whole

PAGE = 50
MOST_SAVED = 50

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
        choices=desk().choices.get("", now(), lambda: listing.choices(store())),
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


def keep_filter(name: str, values: Mapping[str, str]) -> dict[str, Any]:
    """All saved filters, by name. Raises UsageError for one more than there may be."""
    name = name.strip()[:60]
    if not name:
        raise UsageError("a saved filter needs a name")
    filters.read(values)  # what cannot be read is not kept
    kept = dict(g.user.preferences.get("filters", {}))
    if len(kept) >= MOST_SAVED and name not in kept:
        raise UsageError(f"{MOST_SAVED} filters are kept at most: drop one first")
    kept[name] = {**filters.given(values), "state": state_of(values), "sort": sort_of(values)}
    return _keep(kept)


def drop_filter(name: str) -> dict[str, Any]:
    kept = dict(g.user.preferences.get("filters", {}))
    kept.pop(name.strip()[:60], None)
    return _keep(kept)


def _keep(kept: dict[str, Any]) -> dict[str, Any]:
    accounts.set_preferences(store(), g.user.id, {**g.user.preferences, "filters": kept})
    return kept


def state_of(values: Any) -> str:
    return _one_of(listing.STATES, values.get("state", "open"), "state")


def sort_of(values: Any) -> str:
    return _one_of(listing.SORTS, values.get("sort", "queue"), "sort")


def page_of(values: Any) -> int:
    return max(1, min(whole(values.get("page")) or 1, 1_000_000))


def _one_of(names: Any, name: str, what: str) -> str:
    if name not in names:
        raise UsageError(f"there is no {what} {name[:40]!r}; there are {', '.join(names)}")
    return name
