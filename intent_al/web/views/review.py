"""The card: one utterance, and everything that a decision about it needs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from intent_al.errors import UsageError
from intent_al.records import Outcome
from intent_al.stages import review as stage
from intent_al.stages.review import entity_line
from intent_al.store import claims, remarks
from intent_al.store.decisions import Alone
from intent_al.web import cards, filters
from intent_al.web.access import Permission, may, needs
from intent_al.web.context import context, now, store
from intent_al.web.deciding import (
    ReviewChoice,
    decision_of,
    known_intents,
    typed_intent,
    what_was_done,
)
from intent_al.web.messages import say
from intent_al.web.numbers import whole
from intent_al.web.sittings import add_remark, for_card, position, take, take_back

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
    shown = cards.view(store(), context(), found, edited)
    holder = claims.holder(store(), item, now=now())
    return render_template(
        "review.html",
        card=shown,
        holder=holder if holder != g.user.name else None,
        position=position(),
        filter=filters.given(request.args),
        intents=known_intents(store(), context()),
        facts=context().knowledge.facts(),
        done=_done(),
        guideline=context().project.settings.review.guideline,
        **for_card(item),
    )


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
        clock=context().clock,
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


def _choice() -> ReviewChoice:
    form = request.form
    kind, _, intent = form.get("choice", "").partition(":")
    if kind == "typed":
        intent = typed_intent(form.get("typed", ""), known_intents(store(), context()))
    elif kind == "new":
        intent = form.get("typed", "").strip()
    outcome = Outcome.LABELLED
    if kind not in ("typed", "new", "intent"):
        if kind not in [one.value for one in Outcome] or kind == outcome.value:
            raise UsageError(say("no_choice"))
        outcome = Outcome(kind)
    return ReviewChoice(
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
    return "" if number is None else what_was_done(store(), context(), number)


def _see(endpoint: str, **values: Any) -> Response:
    return make_response(redirect(url_for(endpoint, **values), code=303))
