"""The simulated customers: what is said next depends on what the bot has answered.

A log in which everybody reads out a script would lack what active learning feeds on: the taps
after "Did you mean ...?", the second attempt in other words, the customer who gives up. So a
customer follows the written lines, but answers the two-stage fallback by the gold label. All
draws come from one generator per conversation: how conversations interleave changes nothing.
"""

from __future__ import annotations

import random
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conversations import CONTEXT, Conversation, Line

IGNORES_BUTTONS = 0.2  # goes on typing instead of tapping
REPEATS = 0.35  # says it again in another form when no rephrasing was written
ASKS_FOR_A_PERSON = 0.25  # takes the last button that the bot offers when it gives up

DENIAL = "/out_of_scope"
_PREFIXES = ("i mean ", "I said ", "again: ", "as i said, ", "no, ")


@dataclass(frozen=True)
class Turn:
    """One message to send. `line` is the gold for free text, None for payloads."""

    text: str
    line: Line | None
    pause: float  # seconds since the bot's last answer


Replies = Sequence[Mapping[str, Any]]
Turns = Generator[Turn, Replies, None]


def _payloads(replies: Replies) -> list[str]:
    return [button["payload"] for reply in replies for button in reply.get("buttons") or []]


def _pause(rng: random.Random, text: str) -> float:
    """Reading, thinking, typing on a phone; a tap is quicker. Now and then somebody is away."""
    if text.startswith("/"):
        return rng.uniform(1.5, 7.0)
    away = rng.uniform(120, 900) if rng.random() < 0.04 else 0.0
    return rng.uniform(3.0, 14.0) + len(text) * rng.uniform(0.12, 0.3) + away


def _in_another_form(rng: random.Random, line: Line) -> Line:
    """What people do who are asked to rephrase and do not: louder, shorter, or with "I said"."""
    choice = rng.randrange(3)
    if choice == 0:
        return line.with_prefix(rng.choice(_PREFIXES))
    changed = line.text.upper() if choice == 1 else line.text.rstrip(".!? ").lower() + "??"
    spans = [(entity.start, entity.end) for entity in line.entities]
    if any(changed[a:b].lower() != line.text[a:b].lower() for a, b in spans):
        return line.with_prefix(rng.choice(_PREFIXES))
    return replace(line, text=changed, rephrase=None)


def customer(conversation: Conversation, seed: int) -> Turns:
    """Generator of turns: `next()` gives the first, `send(replies)` the following ones."""
    return _play(conversation, random.Random(f"{seed}/{conversation.sender}/{conversation.number}"))


def _play(conversation: Conversation, rng: random.Random) -> Turns:
    for line in conversation.lines:
        if not line.is_free_text:
            yield Turn(line.text, None, _pause(rng, line.text))
            continue
        replies: Replies = yield Turn(line.text, line, _pause(rng, line.text))
        yield from _clarify(line, replies, rng)


def _clarify(line: Line, replies: Replies, rng: random.Random) -> Turns:
    """Answer "Did you mean ...?" until the bot has understood, given up, or been ignored."""
    said = line
    while DENIAL in _payloads(replies):
        asked = _payloads(replies)[0]
        if rng.random() < IGNORES_BUTTONS:
            return
        if asked == f"/{line.base_intent}":
            yield Turn(asked, None, _pause(rng, asked))
            return
        replies = yield Turn(DENIAL, None, _pause(rng, DENIAL))
        if "/human_handover" in _payloads(replies):
            if rng.random() < ASKS_FOR_A_PERSON:
                yield Turn("/human_handover", None, _pause(rng, "/human_handover"))
            return
        if said.rephrase is not None:
            said = said.rephrase
        elif said is line and line.intent != CONTEXT and rng.random() < REPEATS:
            said = _in_another_form(rng, line)
        else:
            return
        replies = yield Turn(said.text, said, _pause(rng, said.text))
