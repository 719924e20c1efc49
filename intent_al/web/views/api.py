"""The JSON API: all that the page does, for its own script and for programs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template, request

from intent_al.errors import UsageError
from intent_al.records import Entity, Outcome
from intent_al.stages import review as stage
from intent_al.store import approvals, audit, claims, decisions, history, listing, remarks
from intent_al.store.decisions import Alone
from intent_al.web import cards, filters
from intent_al.web.access import Permission, needs
from intent_al.web.bodies import read, schema
from intent_al.web.cards import View
from intent_al.web.deciding import (
    Choice,
    checked_entities,
    decision_of,
    known_intents,
    what_was_done,
)
from intent_al.web.desk import desk, now, store
from intent_al.web.numbers import whole
from intent_al.web.openapi import PREFIX, Endpoint, describe
from intent_al.web.shown import visible
from intent_al.web.views import changes
from intent_al.web.views.gaps import found_gaps
from intent_al.web.views.gaps import pick as pick_gap
from intent_al.web.views.queue import PAGE, page_of, sort_of, state_of
from intent_al.web.views.review import (
    LEASE,
    add_remark,
    for_card,
    position,
    take,
    take_back,
)

MOST_CLAIMS = 20

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
ENDPOINTS: list[Endpoint] = []

_TEXT = {"type": "string"}
_WHOLE = {"type": "integer"}
_LIST = {"type": "array", "items": {"type": "object"}}


def endpoint(
    method: str,
    path: str,
    permission: Permission,
    *,
    body: type[Any] | None = None,
    query: Mapping[str, Mapping[str, Any]] | None = None,
    answer: Any = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """One operation: routed, guarded, its body read, and described by its docstring."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        summary = (view.__doc__ or "").strip().partition("\n")[0]
        ENDPOINTS.append(
            Endpoint(method, path, summary, permission, body, dict(query or {}), answer)
        )

        @functools.wraps(view)
        def called(**values: Any) -> Response:
            if body is not None:
                values["body"] = read(body, request.get_json())
            return jsonify(view(**values))

        name = f"{method.lower()}_{view.__name__}"
        blueprint.add_url_rule(path, name, needs(permission)(called), methods=[method])
        return view

    return decorate


@dataclass(frozen=True, slots=True)
class Me:
    name: str
    role: str
    permissions: tuple[str, ...]
    csrf: str


@dataclass(frozen=True, slots=True)
class ClaimBody:
    """``filter`` as in the URL of the queue; ``without`` are items in hand already."""

    count: int = 1
    without: tuple[int, ...] = ()
    filter: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ItemsBody:
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DecisionBody:
    """``request`` is the sender's own id: a decision that is sent twice is stored once.

    ``line`` is the text with its entities as markup, ``entities`` the same as spans; without both
    they stay as the card shows them. ``revises`` is the decision that this one replaces.
    """

    item: int
    outcome: Outcome
    intent: str | None = None
    entities: tuple[Entity, ...] | None = None
    line: str | None = None
    seconds: float | None = None
    request: str | None = None
    revises: int | None = None


@dataclass(frozen=True, slots=True)
class UndoBody:
    item: int | None = None


@dataclass(frozen=True, slots=True)
class RemarkBody:
    comment: str = ""


@dataclass(frozen=True, slots=True)
class MarkedBody:
    """Spans in code points of the text as the card shows it."""

    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class ApproveBody:
    """``write`` the files at once, or leave that to the next cycle."""

    token: str
    write: bool = True


@dataclass(frozen=True, slots=True)
class GapBody:
    name: str


_CARD = {"type": "object", "properties": {"html": _TEXT, "card": schema(View)}}
_FILTER = dict.fromkeys(filters.NAMES, _TEXT)


@blueprint.get("/openapi.json")
@needs(Permission.READ)
def openapi() -> Response:
    return jsonify(describe(ENDPOINTS))


@endpoint("GET", "/me", Permission.READ, answer=Me)
def me() -> dict[str, Any]:
    """Who is signed in, and what they may do."""
    given = tuple(sorted(one.value for one in g.permissions))
    csrf = g.session.csrf if g.session is not None else ""
    return asdict(Me(g.user.name, g.user.role, given, csrf))


@endpoint("GET", "/intents", Permission.READ, answer={"type": "object"})
def intents() -> dict[str, Any]:
    """The intents that an utterance may have, with what the team says of them."""
    descriptions = desk().project.settings.review.descriptions
    names = known_intents(store(), desk())
    return {"intents": [{"name": one, "description": descriptions.get(one, "")} for one in names]}


@endpoint(
    "GET",
    "/queue",
    Permission.READ,
    query={
        **_FILTER,
        "state": {"type": "string", "enum": list(listing.STATES)},
        "sort": {"type": "string", "enum": list(listing.SORTS)},
        "page": _WHOLE,
    },
)
def queue() -> dict[str, Any]:
    """A page of the queue."""
    values = request.args
    wanted, state, sort = filters.read(values), state_of(values), sort_of(values)
    offset = (page_of(values) - 1) * PAGE
    rows = listing.page(store(), wanted, state, sort, now=now(), limit=PAGE, offset=offset)
    return {
        "found": listing.count(store(), wanted, state),
        "items": [row._asdict() for row in rows],
    }


@endpoint("GET", "/items/<int:item>", Permission.READ, answer=_CARD)
def item(item: int) -> dict[str, Any]:
    """One card, whoever has it in hand."""
    return card_of(item)


@endpoint("POST", "/items/<int:item>/marked", Permission.READ, body=MarkedBody, answer=_CARD)
def marked(item: int, body: MarkedBody) -> dict[str, Any]:
    """One card with other entities, which are checked and not stored."""
    return card_of(item, body.entities)


@endpoint("POST", "/claims", Permission.REVIEW, body=ClaimBody)
def claim(body: ClaimBody) -> dict[str, Any]:
    """Fetch cards: nobody else gets them for ten minutes."""
    if not 1 <= body.count <= MOST_CLAIMS:
        raise UsageError(f"count is 1 to {MOST_CLAIMS}")
    items = take(body.count, filters.read(body.filter or {}), body.without)
    number, total = position()
    return {"cards": [card_of(one) for one in items], "number": number, "total": total}


@endpoint("POST", "/claims/renew", Permission.REVIEW, body=ItemsBody)
def renew(body: ItemsBody) -> dict[str, Any]:
    """Hold for another ten minutes what is held."""
    held = claims.renew(store(), g.user.name, body.items, now=now(), seconds=LEASE)
    return {"held": held}


@endpoint("POST", "/claims/release", Permission.REVIEW, body=ItemsBody)
def release(body: ItemsBody) -> dict[str, Any]:
    """Give back what was fetched and is not decided."""
    return {"released": claims.release(store(), g.user.name, body.items)}


@endpoint("POST", "/decisions", Permission.REVIEW, body=DecisionBody)
def decide(body: DecisionBody) -> dict[str, Any]:
    """Say what an utterance is."""
    found = cards.find(store(), body.item)
    choice = Choice(body.outcome, body.intent, body.line, body.entities, body.seconds, body.request)
    shown = stage.card(store(), found).entities
    number = stage.decide(
        store(),
        decision_of(found, choice, shown),
        reviewer=g.user.name,
        alone=Alone(body.revises),
        clock=desk().clock,
    )
    claims.release(store(), g.user.name, [body.item])
    return {"decision": number, "done": what_was_done(store(), desk(), number)}


@endpoint("POST", "/undo", Permission.REVIEW, body=UndoBody)
def undo(body: UndoBody) -> dict[str, Any]:
    """Take one's last decision back, or that on an item."""
    taken = take_back(body.item)
    number, total = position()
    return {**card_of(taken), "number": number, "total": total}


@endpoint("POST", "/items/<int:item>/remarks", Permission.REVIEW, body=RemarkBody)
def remark(item: int, body: RemarkBody) -> dict[str, Any]:
    """Flag an item with a comment."""
    cards.find(store(), item)
    return {"remark": add_remark(item, body.comment)}


@endpoint("POST", "/items/<int:item>/settle", Permission.REVIEW)
def settle(item: int) -> dict[str, Any]:
    """Close the comments on an item."""
    cards.find(store(), item)
    return {"settled": remarks.settle(store(), item, reviewer=g.user.name, now=now())}


@endpoint("GET", "/history", Permission.READ, query={"who": _TEXT, "before": _WHOLE})
def past() -> dict[str, Any]:
    """Decisions, the newest first: one's own, or with who=all everybody's."""
    rows = history.past(
        store(),
        reviewer=None if request.args.get("who") == "all" else g.user.name,
        before=whole(request.args.get("before")),
    )
    return {"decisions": [row._asdict() for row in rows]}


@endpoint("GET", "/progress", Permission.READ)
def progress() -> dict[str, Any]:
    """What is done and left, by day and by person, and how often two agree."""
    return {
        **history.counts(store()),
        "days": [one._asdict() for one in history.per_day(store(), 0.0)],
        "people": [one._asdict() for one in history.people(store())],
        "agreement": [one._asdict() for one in history.agreements(store())],
    }


@endpoint("GET", "/waiting", Permission.READ)
def waiting() -> dict[str, Any]:
    """How many decisions nobody has applied, for the bot's build pipeline."""
    count, oldest = decisions.waiting(store(), desk().project.settings.bot.name)
    return {"decisions": count, "oldest_seconds": max(0.0, now() - oldest) if oldest else 0.0}


@endpoint("GET", "/gaps", Permission.READ)
def gaps() -> dict[str, Any]:
    """Candidates for new intents, the largest first, with typical texts."""
    found = found_gaps().gaps or ()
    return {"gaps": [asdict(gap) for gap in found]}


@endpoint("POST", "/gaps/pick", Permission.REVIEW, body=GapBody)
def pick(body: GapBody) -> dict[str, Any]:
    """Put what of a gap is in no batch into the queue."""
    return {"items": pick_gap(body.name)}


@endpoint("GET", "/changes", Permission.READ)
def pending() -> dict[str, Any]:
    """What decisions would change in the bot's files, with the token that approves exactly that."""
    found = changes.pending()
    report = found.report
    return {
        "token": found.token,
        "diff": report.diff,
        "files": list(report.files),
        "left_out": [{"text": one.text, "reason": one.reason} for one in report.left_out],
        "notes": list(report.notes),
        "unapproved": report.unapproved,
    }


@endpoint("POST", "/changes/approve", Permission.APPROVE, body=ApproveBody)
def approve(body: ApproveBody) -> dict[str, Any]:
    """Approve the change that was shown, and write it into the bot's files."""
    return {"files": list(changes.take(body.token, write=body.write).files)}


@endpoint("POST", "/changes/withdraw", Permission.APPROVE)
def withdraw() -> dict[str, Any]:
    """Take one's approval of what is not in the files back."""
    return {"withdrawn": approvals.withdraw(store(), approver=g.user.name, now=now())}


@endpoint("GET", "/audit", Permission.ADMIN, query={"before": _WHOLE}, answer={"type": "object"})
def log() -> dict[str, Any]:
    """Who changed what, the newest first."""
    before = whole(request.args.get("before"))
    return {"entries": [one._asdict() for one in audit.entries(store(), before=before)]}


def card_of(number: int, entities: Sequence[Entity] | None = None) -> dict[str, Any]:
    """A card as data, and as the page shows it: one template for both."""
    found = cards.find(store(), number)
    if entities is not None:
        entities = checked_entities(entities, found.text)
    shown = cards.view(store(), desk(), found, entities)
    html = render_template("card.html", card=shown, filter={}, **for_card(number))
    return {"card": asdict(shown), "html": html, "title": visible(found.text)[:200]}
