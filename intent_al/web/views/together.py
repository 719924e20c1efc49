"""Many at a time: all of one intent as a list, or what resembles one utterance.

What belongs together is ticked, the odd ones are unticked, and one button says what the rest is. A
decision about many copies the intent only: spans of entities are confirmed on the card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from intent_al.errors import ConflictError, UsageError
from intent_al.records import Outcome
from intent_al.stages import review as stage
from intent_al.store import listing, queue
from intent_al.store.decisions import Alone, Decision
from intent_al.store.listing import Filter, Row
from intent_al.web import cards
from intent_al.web.access import Permission, needs
from intent_al.web.context import desk, now, store
from intent_al.web.deciding import INTENT_NAME, known_intents, typed_intent
from intent_al.web.messages import say
from intent_al.web.numbers import whole
from intent_al.web.similarity import LISTED, TICKED, Crowd
from intent_al.web.template_helpers import shortened
from intent_al.web.views.gaps import gap_named

MOST = 50
COMPARED = 20_000
LONGEST = 1_000
"""Characters of a text that others are compared with."""

blueprint = Blueprint("together", __name__)


class Shown(NamedTuple):
    """``likeness`` in [0, 1] to what was asked for, where that is one text."""

    row: Row
    likeness: float | None

    @property
    def ticked(self) -> bool:
        return self.likeness is None or self.likeness >= TICKED


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
        rows = [Shown(row, None) for row in _free(Filter(ids=ids), MOST)] if ids else []
        intent = intent or gap
    elif number is not None or like:
        rows = similar(like) if number is None else similar_to_item(number)
        intent = intent or next((one.row.likeliest for one in rows if one.row.likeliest), "") or ""
    elif intent:
        wanted = Filter(intent=intent[:200])
        rows = [Shown(row, None) for row in _free(wanted, MOST)]
    else:
        raise UsageError(say("together_of_what"))
    done = whole(request.args.get("done"))
    return render_template(
        "together.html",
        rows=rows,
        item=number,
        like=like,
        gap=gap,
        intent=intent,
        intents=known_intents(store(), desk()),
        done="" if done is None else say("together_done", count=done),
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
        intent = typed_intent(typed, known_intents(store(), desk()))
    decided, conflicts = decide_all([one for one in items if one is not None], outcome, intent)
    values: dict[str, Any] = {"done": decided, "conflicts": conflicts or None}
    asked = whole(request.form.get("item"))
    values |= {"intent": request.form.get("intent", "")} if asked is None else {"item": asked}
    values["like"] = request.form.get("like", "")[:LONGEST] or None
    values["gap"] = request.form.get("gap", "")[:LONGEST] or None
    return make_response(redirect(url_for("together.show", **values), code=303))


def decide_all(items: Sequence[int], outcome: Outcome, intent: str | None) -> tuple[int, int]:
    """(decided, how many somebody else has decided meanwhile). Raises UsageError for too many, and
    for what cannot be an intent."""
    if len(items) > MOST:
        raise UsageError(say("together_too_many", most=MOST))
    if outcome is not Outcome.LABELLED:
        intent = None
    elif not INTENT_NAME.fullmatch(intent or ""):
        raise UsageError(say("bad_intent", name=shortened(intent or "", 60)))
    decided = conflicts = 0
    for number in dict.fromkeys(items):
        found = cards.find(store(), number)
        try:
            stage.decide(
                store(),
                Decision(found.id, outcome, intent),
                reviewer=g.user.name,
                alone=Alone(),
                clock=desk().clock,
            )
            decided += 1
        except ConflictError:
            conflicts += 1
    return decided, conflicts


def similar_to_item(number: int) -> list[Shown]:
    return similar(cards.find(store(), number).text, *listing.likeliest(store(), number))


def similar(text: str, likeliest: str | None = None, second: str | None = None) -> list[Shown]:
    """What waits and resembles a text, the most alike first; itself among it."""
    crowd = desk().crowd.get("", now(), lambda: Crowd(listing.waiting(store(), COMPARED)))
    alike = crowd.alike(text, likeliest, second)
    order = np.argsort(-alike, kind="stable")[: 4 * MOST]
    ids = {crowd.ids[at]: float(alike[at]) for at in order if alike[at] >= LISTED}
    free = {row.id: row for row in _free(Filter(ids=tuple(ids)), MOST)} if ids else {}
    return [Shown(free[number], like) for number, like in ids.items() if number in free][:MOST]


def _free(wanted: Filter, limit: int) -> list[Row]:
    """What waits for the reviewer, and nobody else has in hand."""
    wanted = replace(wanted, for_reviewer=g.user.name)
    rows = listing.page(store(), wanted, "open", "queue", now=now(), limit=4 * limit)
    return [row for row in rows if row.claimed_by in (None, g.user.name)][:limit]
