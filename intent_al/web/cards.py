"""A card as the page and the API show it: everything that a decision needs, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from intent_al.errors import UsageError
from intent_al.records import Entity
from intent_al.stages import review
from intent_al.stages.review import Card, entity_line
from intent_al.stages.review.words import entity_name, facts_of
from intent_al.store import Store, cards, queue, remarks
from intent_al.store.queue import OpenItem
from intent_al.web.context import PageContext
from intent_al.web.messages import say
from intent_al.web.template_helpers import visible
from intent_al.web.training_index import Facts

COMPETING = 3
"""Intents whose nearest examples are shown."""


@dataclass(frozen=True, slots=True)
class RankedIntent:
    """One ranked intent. ``key`` is its number, ``probability`` in [0, 1]; ``against`` says what
    choosing it would contradict."""

    key: int
    intent: str
    probability: float
    description: str
    examples: tuple[str, ...]
    against: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the text; ``entity`` says what it is marked as, ``colour`` in 1 to 8."""

    text: str
    entity: str = ""
    colour: int = 0
    start: int = 0


@dataclass(frozen=True, slots=True)
class ShownLine:
    speaker: str
    text: str
    current: bool


@dataclass(frozen=True, slots=True)
class Boundary:
    """Another reading of a doubtful span: the edited line that it makes, and how likely it is."""

    label: str
    line: str
    probability: float


@dataclass(frozen=True, slots=True)
class View:
    """Texts are fit to be shown (see ``plain.visible``), one character for each of the stored."""

    item: int
    text: str
    pieces: tuple[Piece, ...]
    reason: str
    quota: str
    score: float
    options: tuple[RankedIntent, ...]
    line: str | None
    entities: tuple[Entity, ...]
    boundaries: tuple[Boundary, ...]
    facts: tuple[str, ...]
    warnings: tuple[str, ...]
    conversation: tuple[ShownLine, ...]
    remarks: tuple[tuple[str, str], ...]
    spellings: tuple[str, ...]
    said: int
    people: int
    language: str
    source: str
    channel: str | None
    model: str

    @property
    def entities_json(self) -> str:
        return orjson.dumps(self.entities).decode()


def find(store: Store, number: int) -> OpenItem:
    """Raises UsageError for an item that there is not."""
    item = queue.item(store, number) if number < 2**63 else None
    if item is None:
        raise UsageError(say("no_item", item=number))
    return item


def view(
    store: Store, context: PageContext, item: OpenItem, edited: Sequence[Entity] | None = None
) -> View:
    """``edited`` are the entities as somebody wants them, in place of those of the model."""
    card = review.card(store, item)
    facts = context.knowledge.facts()
    entities = card.entities if edited is None else tuple(edited)
    return View(
        item=item.id,
        text=visible(item.text),
        pieces=_pieces(item.text, entities),
        reason=visible(item.reason),
        quota=item.quota,
        score=round(item.score, 4),
        options=_options(card, facts, context),
        line=_line(item.text, entities),
        entities=entities,
        boundaries=_boundaries(card, entities),
        facts=tuple(facts_of(card, context.masker.kinds(item.text))),
        warnings=tuple(_warnings(card, facts)),
        conversation=tuple(
            ShownLine(one.speaker, visible(one.text), one.current) for one in card.context
        ),
        remarks=tuple((one.reviewer, visible(one.text)) for one in remarks.open_on(store, item.id)),
        spellings=tuple(visible(one) for one in cards.spellings(store, item.id)),
        said=item.said,
        people=item.senders,
        language=card.around.language,
        source=card.around.source or "",
        channel=None if card.around.channel is None else visible(card.around.channel),
        model=item.model,
    )


def _options(card: Card, facts: Facts, context: PageContext) -> tuple[RankedIntent, ...]:
    descriptions = context.project.settings.review.descriptions
    competing = [intent for intent, _ in card.ranking[:COMPETING]]
    near = facts.nearest(card.item.text, competing)
    return tuple(
        RankedIntent(
            key,
            intent,
            round(probability, 4),
            descriptions.get(intent, ""),
            tuple(visible(one) for one in near.get(intent, ())),
            _against(intent, card, facts),
        )
        for key, (intent, probability) in enumerate(card.ranking, 1)
    )


def _against(intent: str, card: Card, facts: Facts) -> str:
    """The training data or a colleague, where they say something else of this very text."""
    standing = facts.standing_as(card.item.text) if card.item.example is None else ()
    if standing and intent not in standing:
        return say("against_example", intent=visible(standing[0]))
    others = [one for one in card.asked.shown if one.intent != intent]
    return say("against_colleague", who=others[-1].reviewer) if others else ""


def _pieces(text: str, entities: Sequence[Entity]) -> tuple[Piece, ...]:
    """The text cut at the spans; of spans that overlap, the first."""
    shown, pieces, at = visible(text), list[Piece](), 0
    colours: dict[str, int] = {}
    for entity in sorted(entities, key=lambda one: (one.start, -one.end)):
        if entity.start < at or entity.end > len(text):
            continue
        if entity.start > at:
            pieces.append(Piece(shown[at : entity.start]))
        colour = colours.setdefault(entity.entity, len(colours) % 8 + 1)
        piece = Piece(shown[entity.start : entity.end], entity_name(entity), colour, entity.start)
        pieces.append(piece)
        at = entity.end
    return (*pieces, Piece(shown[at:])) if at < len(shown) else tuple(pieces)


def _line(text: str, entities: Sequence[Entity]) -> str | None:
    """None where the text itself would be read as markup."""
    try:
        return entity_line.marked(text, entities)
    except UsageError:
        return None


def _boundaries(card: Card, entities: Sequence[Entity]) -> tuple[Boundary, ...]:
    found = []
    for entity, probability in card.alternatives:
        kept = [one for one in entities if one.end <= entity.start or one.start >= entity.end]
        line = _line(card.item.text, [*kept, entity])
        if line is not None and entity not in entities:
            span = visible(card.item.text[entity.start : entity.end])
            found.append(Boundary(f"{span} · {entity_name(entity)}", line, round(probability, 3)))
    return tuple(found)


def _warnings(card: Card, facts: Facts) -> list[str]:
    """What a decision could contradict: an example of the bot's, or what a colleague has said."""
    found = []
    if card.item.example is None:
        found += [say("stands_as", intent=one) for one in facts.standing_as(card.item.text)]
    for who, outcome, intent in card.asked.shown:
        what = visible(intent) if intent else say(f"done_{outcome}")
        found.append(say("colleague_says", who=who, what=what))
    if card.asked.disagree:
        found.append(say("disagree"))
    return found
