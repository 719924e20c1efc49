"""Conversations that went badly, told by what people and the bot did in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from intent_al.insights.traffic import Traffic
from intent_al.store import Store, insights
from intent_al.store.insights import Happened
from intent_al.texts.normal_form import normal_form, words_of

FALLBACK, REPETITION, COMPLAINT, HANDOVER = "fallback", "repetition", "complaint", "hand-over"
SIGNALS = (FALLBACK, REPETITION, COMPLAINT, HANDOVER)

_FALLBACK_ACTIONS = frozenset({"action_default_fallback", "action_default_ask_rephrase"})
_HUMAN = re.compile(r"hand_?(off|over)|human|live_?agent|escalat|operator", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Troubled:
    """``conversation`` is its number in the store; ``first`` what the user said before the first
    signal; ``at``: seconds since 1970, 0 where unknown."""

    conversation: int
    at: float
    turns: int
    signals: Mapping[str, int]
    first: str


@dataclass(frozen=True, slots=True)
class Conversations:
    """Of how many conversations each signal was in how many, and the worst of them."""

    total: int
    with_signal: Mapping[str, int]
    with_any: int
    worst: tuple[Troubled, ...]


def troubled(store: Store, bot: str, traffic: Traffic, limit: int) -> Conversations:
    """Worst first: by the kinds of signals, then by their number."""
    events = insights.happened(store, bot, traffic.since or 0.0)
    total, with_signal = 0, Counter[str]()
    found: list[Troubled] = []
    for _, of_one in groupby(events, key=lambda event: event.conversation):
        one = read(list(of_one))
        if not one.turns:
            continue
        total += 1
        with_signal.update(one.signals.keys())
        if one.signals:
            found.append(one)
    found.sort(key=lambda one: (-len(one.signals), -sum(one.signals.values()), -one.at))
    return Conversations(
        total, {name: with_signal[name] for name in SIGNALS}, len(found), tuple(found[:limit])
    )


def read(events: Sequence[Happened]) -> Troubled:
    """The signals of one conversation, from its events in their order."""
    signals: Counter[str] = Counter()
    first, said, turns = "", "", 0
    heard: set[str] = set()
    answered: tuple[str, ...] = ()
    answers: list[str] = []
    for event in events:
        if event.kind == "user":
            turns += 1
            if event.text and not event.text.startswith("/"):
                said = event.text
            if tuple(answers) == answered and answers:
                signals[REPETITION] += 1
            answered, answers = tuple(answers) or answered, []
            signals.update(_of_user(event, heard))
        elif event.kind == "action":
            signals.update(_of_action(event))
        elif event.text:
            answers.append(event.text)
        if signals and not first:
            first = said
    if answers and tuple(answers) == answered:
        signals[REPETITION] += 1
        first = first or said
    last = events[-1]
    in_order = {name: signals[name] for name in SIGNALS if signals[name]}
    return Troubled(last.conversation, last.at, turns, in_order, first)


def _of_user(event: Happened, heard: set[str]) -> Iterable[str]:
    if event.fallback:
        yield FALLBACK
    if event.denied:
        yield COMPLAINT
    if event.name and _HUMAN.search(event.name):
        yield HANDOVER
    spelling = normal_form(event.text or "")
    if len(words_of(spelling)) > 1:  # "yes" and "ok" are said again without any trouble
        if spelling in heard:
            yield REPETITION
        heard.add(spelling)


def _of_action(event: Happened) -> Iterable[str]:
    if event.name in _FALLBACK_ACTIONS:
        yield FALLBACK
    if event.name and _HUMAN.search(event.name):
        yield HANDOVER
