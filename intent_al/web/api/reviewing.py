"""Cards and decisions, one at a time or many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import g, render_template

from intent_al.errors import UsageError
from intent_al.records import Entity, Outcome
from intent_al.stages import review as stage
from intent_al.store import claims, remarks
from intent_al.store.decisions import Alone
from intent_al.web import bulk, cards, filters
from intent_al.web.access import Permission
from intent_al.web.api.bodies import schema
from intent_al.web.api.endpoint import TEXT, endpoint
from intent_al.web.cards import View
from intent_al.web.context import context, now, store
from intent_al.web.deciding import (
    ReviewChoice,
    checked_entities,
    decision_of,
    known_intents,
    what_was_done,
)
from intent_al.web.sittings import (
    LEASE,
    add_remark,
    for_card,
    position,
    take,
    take_back,
)
from intent_al.web.template_helpers import visible

MOST_CLAIMS = 20


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
class ManyBody:
    """At most 50 ``items``; ``outcome`` is labelled, with an ``intent``, or out_of_scope."""

    items: tuple[int, ...]
    outcome: Outcome
    intent: str | None = None


_CARD = {"type": "object", "properties": {"html": TEXT, "card": schema(View)}}


@endpoint("GET", "/intents", Permission.READ, answer={"type": "object"})
def intents() -> dict[str, Any]:
    """The intents that an utterance may have, with what the team says of them."""
    descriptions = context().project.settings.review.descriptions
    names = known_intents(store(), context())
    return {"intents": [{"name": one, "description": descriptions.get(one, "")} for one in names]}


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
    choice = ReviewChoice(
        body.outcome, body.intent, body.line, body.entities, body.seconds, body.request
    )
    number = stage.decide(
        store(),
        decision_of(store(), found, choice),
        reviewer=g.user.name,
        alone=Alone(body.revises),
        clock=context().clock,
    )
    return {"decision": number, "done": what_was_done(store(), context(), number)}


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


@endpoint("GET", "/items/<int:item>/similar", Permission.REVIEW)
def similar(item: int) -> dict[str, Any]:
    """What waits and resembles an item, the most alike first; ticked is what is much alike."""
    return {
        "items": [
            {**one.row._asdict(), "similarity": one.similarity, "ticked": one.ticked}
            for one in bulk.similar_to_item(item)
        ]
    }


@endpoint("POST", "/decisions/many", Permission.REVIEW, body=ManyBody)
def decide_many(body: ManyBody) -> dict[str, Any]:
    """Say what several utterances are; those that somebody else was faster with are left alone."""
    decided, conflicts = bulk.decide_all(body.items, body.outcome, body.intent)
    return {"decided": decided, "conflicts": conflicts}


def card_of(number: int, entities: Sequence[Entity] | None = None) -> dict[str, Any]:
    """A card as data, and as the page shows it: one template for both."""
    found = cards.find(store(), number)
    if entities is not None:
        entities = checked_entities(entities, found.text)
    shown = cards.view(store(), context(), found, entities)
    html = render_template("card.html", card=shown, filter={}, **for_card(number))
    return {"card": asdict(shown), "html": html, "title": visible(found.text)[:200]}
