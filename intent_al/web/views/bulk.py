"""Many at a time: all of one intent as a list, or what resembles one utterance.

What belongs together is ticked, the odd ones are unticked, and one button says what the rest is. A
decision about many copies the intent only: spans of entities are confirmed on the card.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from intent_al.errors import UsageError
from intent_al.records import Outcome
from intent_al.store import queue
from intent_al.store.listing import Filter
from intent_al.web.access import Permission, needs
from intent_al.web.bulk import LONGEST, MOST, Shown, decide_all, free_rows, similar, similar_to_item
from intent_al.web.context import context, store
from intent_al.web.deciding import INTENT_NAME, known_intents, typed_intent
from intent_al.web.gaps import gap_named
from intent_al.web.messages import say
from intent_al.web.numbers import whole

blueprint = Blueprint("bulk", __name__)


@blueprint.get("/together")
@needs(Permission.REVIEW)
def show() -> str:
    """Of an ``intent`` or a ``gap``, or what resembles an ``item`` or is ``like`` a text."""
    number, intent = whole(request.args.get("item")), request.args.get("intent", "")
    like = request.args.get("like", "")[:LONGEST]
    gap = request.args.get("gap", "")
    if gap:
        members = gap_named(gap).utterances
        ids = tuple(queue.items_of(store(), members))
        rows = [Shown(row, None) for row in free_rows(Filter(ids=ids), MOST)] if ids else []
        intent = intent or gap
    elif number is not None or like:
        rows = similar(like) if number is None else similar_to_item(number)
        intent = intent or next((one.row.likeliest for one in rows if one.row.likeliest), "") or ""
    elif intent:
        wanted = Filter(intent=intent[:200])
        rows = [Shown(row, None) for row in free_rows(wanted, MOST)]
    else:
        raise UsageError(say("bulk_of_what"))
    done = whole(request.args.get("done"))
    return render_template(
        "bulk.html",
        rows=rows,
        item=number,
        like=like,
        gap=gap,
        intent=intent,
        intents=known_intents(store(), context()),
        done="" if done is None else say("bulk_done", count=done),
        conflicts=whole(request.args.get("conflicts")),
    )


@blueprint.post("/together")
@needs(Permission.REVIEW)
def decide() -> Response:
    items = [whole(one) for one in request.form.getlist("items")]
    typed = request.form.get("typed", "").strip()
    outcome = Outcome.LABELLED
    intent: str | None = typed
    if request.form.get("choice") == Outcome.OUT_OF_SCOPE.value:
        outcome, intent = Outcome.OUT_OF_SCOPE, None
    elif not (request.form.get("choice") == "new" and INTENT_NAME.fullmatch(typed)):
        intent = typed_intent(typed, known_intents(store(), context()))
    decided, conflicts = decide_all([one for one in items if one is not None], outcome, intent)
    values: dict[str, Any] = {"done": decided, "conflicts": conflicts or None}
    asked = whole(request.form.get("item"))
    values |= {"intent": request.form.get("intent", "")} if asked is None else {"item": asked}
    values["like"] = request.form.get("like", "")[:LONGEST] or None
    values["gap"] = request.form.get("gap", "")[:LONGEST] or None
    return make_response(redirect(url_for("bulk.show", **values), code=303))
