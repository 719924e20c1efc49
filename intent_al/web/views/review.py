"""The card: one utterance, and everything that a decision about it needs."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from intent_al.errors import UsageError
from intent_al.records import Outcome
from intent_al.stages import review as stage
from intent_al.stages.review import entity_line
from intent_al.store import claims, history, remarks
from intent_al.store.decisions import Alone
from intent_al.store.listing import Filter
from intent_al.web import cards, filters
from intent_al.web.access import Permission, may, needs
from intent_al.web.context import desk, now, store
from intent_al.web.deciding import (
    Choice,
    decision_of,
    known_intents,
    typed_intent,
    what_was_done,
)
from intent_al.web.messages import say
from intent_al.web.numbers import whole

LEASE = 600.0
"""Seconds that a fetched item is nobody else's; the page renews it while it is open."""
LONGEST_REMARK = 2_000

blueprint = Blueprint("review", __name__)


@blueprint.get("/")
@needs(Permission.READ)
def home() -> Response:
    return _see("review.start") if may("review") else _see("queue.listing_page")


@blueprint.get("/review")
@needs(Permission.REVIEW)
def start() -> str | Response:
    wanted = filters.given(request.args)
    held = claims.held(store(), g.user.name, now=now())
    if held and not wanted:
        return _see("review.card", item=held[0])
    waiting = claims.waiting(store(), g.user.name, now=now(), wanted=filters.read(wanted))
    done = _done()
    return render_template("start.html", waiting=waiting, filter=wanted, done=done)


@blueprint.post("/review/next")
@needs(Permission.REVIEW)
def fetch() -> Response:
    return _next(filters.given(request.form))


@blueprint.get("/review/<int:item>")
@needs(Permission.READ)
def card(item: int) -> str:
    found = cards.find(store(), item)
    line = request.args.get("line")
    edited = None if line is None else entity_line.read(line, found.text)
    shown = cards.view(store(), desk(), found, edited)
    holder = claims.holder(store(), item, now=now())
    return render_template(
        "review.html",
        card=shown,
        holder=holder if holder != g.user.name else None,
        position=position(),
        filter=filters.given(request.args),
        intents=known_intents(store(), desk()),
        facts=desk().knowledge.facts(),
        done=_done(),
        guideline=desk().project.settings.review.guideline,
        **for_card(item),
    )


def for_card(item: int) -> dict[str, Any]:
    """What the card's own template needs beside its view."""
    own = history.own(store(), item, g.user.name)
    return {
        "request_id": secrets.token_hex(12),
        "revises": own.decision if own is not None else None,
    }


@blueprint.post("/review/<int:item>/decide")
@needs(Permission.REVIEW)
def decide(item: int) -> Response:
    form = request.form
    found = cards.find(store(), item)
    decision = decision_of(store(), found, _choice())
    number = stage.decide(
        store(),
        decision,
        reviewer=g.user.name,
        alone=Alone(whole(form.get("revises"))),
        clock=desk().clock,
    )
    return _next(filters.given(form), done=number)


@blueprint.post("/review/undo")
@needs(Permission.REVIEW)
def undo() -> Response:
    item = take_back(whole(request.form.get("item")))
    return _see("review.card", item=item, done="undone", **filters.given(request.form))


@blueprint.post("/review/<int:item>/flag")
@needs(Permission.REVIEW)
def flag(item: int) -> Response:
    cards.find(store(), item)
    add_remark(item, request.form.get("comment", ""))
    return _see("review.card", item=item, **filters.given(request.form))


@blueprint.post("/review/<int:item>/settle")
@needs(Permission.REVIEW)
def settle(item: int) -> Response:
    cards.find(store(), item)
    remarks.settle(store(), item, reviewer=g.user.name, now=now())
    return _see("review.card", item=item, **filters.given(request.form))


def add_remark(item: int, comment: str) -> int:
    """The comment is masked: who reads out an address in it must not bring it back."""
    text = desk().masker.mask(comment.strip()[:LONGEST_REMARK])
    return remarks.add(store(), item, text, reviewer=g.user.name, now=now())


def position() -> tuple[int, int]:
    """(number, total): the cards that the reviewer has decided in the last 12 hours and those that
    wait are the total, which is counted anew now and then."""
    name = g.user.name
    done = history.decided_since(store(), name, now() - 12 * 3600)
    total = desk().totals.get(name, now(), lambda: done + claims.waiting(store(), name, now=now()))
    return done + 1, max(total, done + 1)


def take(count: int, wanted: Filter, without: Sequence[int] = ()) -> list[int]:
    """Items for whoever asks, nobody else's for the time of a lease."""
    start = desk().first_open.get("", now(), lambda: claims.first_open(store()))
    return claims.take(
        store(),
        g.user.name,
        count,
        now=now(),
        seconds=LEASE,
        wanted=wanted,
        without=without,
        start=start,
    )


def take_back(item: int | None) -> int:
    """Undo one's last decision, or that on ``item``, and have the item in hand again.

    Raises UsageError where there is none.
    """
    undone = stage.undo(store(), reviewer=g.user.name, item=item, clock=desk().clock)
    if undone is None:
        raise UsageError(say("nothing_to_undo"))
    desk().first_open.forget()
    claims.take_one(store(), g.user.name, undone, now=now(), seconds=LEASE)
    return undone


def _choice() -> Choice:
    form = request.form
    kind, _, intent = form.get("choice", "").partition(":")
    if kind == "typed":
        intent = typed_intent(form.get("typed", ""), known_intents(store(), desk()))
    elif kind == "new":
        intent = form.get("typed", "").strip()
    outcome = Outcome.LABELLED
    if kind not in ("typed", "new", "intent"):
        if kind not in [one.value for one in Outcome] or kind == outcome.value:
            raise UsageError(say("no_choice"))
        outcome = Outcome(kind)
    return Choice(
        outcome,
        intent,
        line=form.get("line"),
        seconds=_seconds(),
        request=form.get("request") or None,
    )


def _seconds() -> float | None:
    try:
        return float(request.form.get("seconds", ""))
    except ValueError:
        return None


def _next(wanted: dict[str, str], **more: object) -> Response:
    found = take(1, filters.read(wanted))
    if not found:
        return _see("review.start", **wanted, **more)
    return _see("review.card", item=found[0], **wanted, **more)


def _done() -> str:
    """What the page before has done, looked up and never taken from the URL itself."""
    done = request.args.get("done", "")
    if done == "undone":
        return say("undone")
    number = whole(done)
    return "" if number is None else what_was_done(store(), desk(), number)


def _see(endpoint: str, **values: Any) -> Response:
    return make_response(redirect(url_for(endpoint, **values), code=303))
