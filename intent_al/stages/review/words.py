"""What is known of an utterance beside its text, in words: in the terminal and on the page.

Texts of strangers are made fit to be shown here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from intent_al.records import Entity
from intent_al.stages.review import Card
from intent_al.texts.languages import UNDETERMINED
from intent_al.texts.plain import visible


def facts_of(card: Card, masked: Sequence[str] = ()) -> list[str]:
    """``masked`` names the kinds of personal data that were replaced in the text."""
    facts = [_said(card.item.said, card.item.senders)]
    around = card.around
    if around.first_at and around.last_at:
        first, last = _day(around.first_at), _day(around.last_at)
        facts.append(first if first == last else f"{first} to {last}")
    if card.item.message is not None:
        known = around.channel is not None
        facts.append(f"over {visible(around.channel or '')}" if known else "channel unknown")
    if around.language != UNDETERMINED:
        facts.append(f"in {visible(around.language)}")
    if card.logged_intent:
        facts.append(f"the bot understood {visible(card.logged_intent)}")
    for intent, polarity in dict.fromkeys(card.feedback):
        verb = "confirmed" if polarity > 0 else "denied"
        facts.append(f"a user {verb} {visible(intent or 'the answer')}")
    if card.asked.people > 1:
        facts.append(f"asked of {card.asked.people} people")
    if masked:
        facts.append(f"personal data was replaced: {', '.join(masked)}")
    return facts


def entity_name(entity: Entity) -> str:
    """``city#to = San Francisco``: what a span is marked as."""
    name = entity.entity + (f"#{entity.role}" if entity.role else "")
    return visible(f"{name} = {entity.value}" if entity.value else name)


def _said(times: int, senders: int) -> str:
    if not times:
        return "said by nobody: an example of the training data"
    if times == 1:
        return "said once"
    return f"said {times:,} times by {'one person' if senders == 1 else f'{senders:,} people'}"


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d")
