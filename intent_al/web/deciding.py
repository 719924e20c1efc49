"""From what a form or a program sends to a decision, and the words for what was done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from intent_al.errors import UsageError
from intent_al.records import Entity, Outcome
from intent_al.stages import review
from intent_al.stages.review import entity_line
from intent_al.store import Store, cards, queue
from intent_al.store.decisions import Decision
from intent_al.store.queue import OpenItem
from intent_al.web.context import PageContext
from intent_al.web.messages import say
from intent_al.web.template_helpers import shortened, visible

ENTITY_NAME = re.compile(r"[\w.-]+")
INTENT_NAME = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?")
LONGEST_LOOK = 3_600.0
"""Seconds after which a reviewer was away and did not think."""
_REQUEST = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(frozen=True, slots=True)
class ReviewChoice:
    """``outcome`` one of records.Outcome; ``intent`` where it is labelled, its full name.

    ``line`` is the text with its entities as markup; None leaves them as the card shows them.
    """

    outcome: Outcome
    intent: str | None = None
    line: str | None = None
    entities: tuple[Entity, ...] | None = None
    seconds: float | None = None
    request: str | None = None


def decision_of(store: Store, item: OpenItem, choice: ReviewChoice) -> Decision:
    """Raises UsageError for what cannot be meant."""
    if choice.request is not None and not _REQUEST.fullmatch(choice.request):
        raise UsageError("request is 8 to 64 letters, digits and hyphens")
    seconds = choice.seconds
    if seconds is not None and not 0 <= seconds <= LONGEST_LOOK:
        seconds = None
    if choice.outcome not in (Outcome.LABELLED, Outcome.OUT_OF_SCOPE):
        return Decision(item.id, choice.outcome, seconds=seconds, request=choice.request)
    intent = choice.intent if choice.outcome is Outcome.LABELLED else None
    if choice.outcome is Outcome.LABELLED and not INTENT_NAME.fullmatch(intent or ""):
        raise UsageError(say("bad_intent", name=shortened(intent or "", 60)))
    if choice.entities is not None:
        entities = checked_entities(choice.entities, item.text)
    elif choice.line is not None:
        entities = entity_line.read(choice.line, item.text)
    else:
        entities = review.entities_shown(store, item)
    return Decision(item.id, choice.outcome, intent, entities, True, seconds, choice.request)


def checked_entities(entities: Sequence[Entity], text: str) -> tuple[Entity, ...]:
    """In the order of the text. Raises UsageError for a span outside of it, spans that overlap, and
    names that Rasa's markup could not hold."""
    found = sorted(entities, key=lambda one: (one.start, one.end))
    if any(after.start < before.end for before, after in pairwise(found)):
        raise UsageError("two entities overlap")
    for entity in found:
        if not 0 <= entity.start < entity.end <= len(text):
            raise UsageError(
                f"the span {entity.start} to {entity.end} is not in the text, which has"
                f" {len(text)} characters"
            )
        for name in (entity.entity, entity.role or "x", entity.group or "x"):
            if not ENTITY_NAME.fullmatch(name):
                raise UsageError(
                    f"{shortened(name, 60)!r} is no name for an entity, role or group: letters, "
                    "digits, _ . and -"
                )
    return tuple(found)


def known_intents(store: Store, context: PageContext) -> list[str]:
    """Those of the files, and new ones that decisions have named."""
    return sorted({*context.knowledge.facts().intents, *cards.named_intents(store)})


def typed_intent(name: str, known: Sequence[str]) -> str:
    """What somebody typed, found among the known by its name or by a part that only one has."""
    name = name.strip()
    if name in known:
        return name
    found = [one for one in known if name.casefold() in one.casefold()]
    if len(found) == 1 and name:
        return found[0]
    if not found or not name:
        raise UsageError(say("no_such_intent", name=shortened(name, 60)))
    choices = ", ".join(found[:5]) + (" …" if len(found) > 5 else "")
    raise UsageError(say("several_intents", name=shortened(name, 60), choices=choices))


def what_was_done(store: Store, context: PageContext, number: int) -> str:
    """Of a decision, in words, with what it contradicts; empty for one that there is not."""
    found = cards.decided(store, number)
    if found is None:
        return ""
    words = say(f"done_{found.outcome}", intent=visible(found.intent or ""))
    done = f"{words}: {shortened(found.text, 60)}"
    if found.outcome == Outcome.LABELLED.value and found.intent:
        others = [
            one for one in context.knowledge.facts().standing_as(found.text) if one != found.intent
        ]
        item = queue.item(store, found.item)
        if others and item is not None and item.example is None:
            done += f" — {say('contradicts', intent=others[0])}"
    asked = cards.asked(store, found.utterance)
    if asked.disagree:
        done += f" — {say('others_differ')}"
    elif found.outcome != Outcome.SKIP.value and not asked.resolved:
        done += f" — {say('more_answers', count=asked.people - len(asked.opinions))}"
    return done
