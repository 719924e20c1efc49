"""What is asked most, and what the bot makes of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from intent_al.insights.traffic import Traffic
from intent_al.insights.trend import trend
from intent_al.store import Store, predictions
from intent_al.store.utterances import Spoken
from intent_al.texts.normal_form import normal_form, words_of


@dataclass(frozen=True, slots=True)
class Question:
    """All spellings of one ``text``, the most frequent of them; ``intent`` with its probability by
    the model in use, None where it has not predicted yet."""

    text: str
    messages: int
    people: int
    periods: tuple[int, ...]
    trend: str
    intent: str | None
    probability: float | None


def top_questions(store: Store, traffic: Traffic, limit: int) -> list[Question]:
    """By people, then by messages: one person who repeats something does not make it frequent.

    What is of one word, or none (``yes``, an order number), is no question.
    """
    groups: dict[str, list[int]] = {}
    for utterance, text in traffic.texts.items():
        spelling = normal_form(text)
        if _says_something(spelling):
            groups.setdefault(spelling, []).append(utterance)

    def weight(members: list[int]) -> tuple[int, int]:
        people = frozenset().union(*(traffic.people[one] for one in members))
        return len(people), sum(traffic.said[one] for one in members)

    ranked = sorted(groups.items(), key=lambda pair: (*(-n for n in weight(pair[1])), pair[0]))
    first = [(members, *weight(members)) for _, members in ranked[:limit]]
    heads = [max(members, key=lambda one: (traffic.said[one], -one)) for members, *_ in first]
    model = predictions.latest_model(store)
    answers: dict[int, tuple[str, float]] = {}
    if model is not None:
        ids, batch = predictions.read(store, model, heads)
        for row, utterance in enumerate(ids.tolist()):
            column = int(batch.probabilities[row].argmax())
            answers[utterance] = batch.labels[column], float(batch.probabilities[row, column])
    found = []
    for head, (members, people, messages) in zip(heads, first, strict=True):
        periods = traffic.periods(frozenset(members))
        intent, probability = answers.get(head, (None, None))
        text = traffic.texts[head]
        found.append(Question(text, messages, people, periods, trend(periods), intent, probability))
    return found


def merge_spellings(spoken: Sequence[Spoken], limit: int) -> list[Spoken]:
    """All spellings of a text as the first of them, by people; texts of one word are left out.

    Who used two spellings counts twice. For what the store counts anyway, where ``top_questions``
    reads every message of a time.
    """
    groups: dict[str, list[Spoken]] = {}
    for one in spoken:
        spelling = normal_form(one.text)
        if _says_something(spelling):
            groups.setdefault(spelling, []).append(one)
    merged = [
        members[0]._replace(
            said=sum(one.said for one in members), senders=sum(one.senders for one in members)
        )
        for members in groups.values()
    ]
    return sorted(merged, key=lambda one: (-one.senders, -one.said, one.id))[:limit]


def _says_something(spelling: str) -> bool:
    """Two words, or more than one character of a script that writes words without spaces."""
    words = [word for word in words_of(spelling) if not word.isdecimal()]
    wide = sum(unicodedata.east_asian_width(char) == "W" for word in words for char in word)
    return wide > 1 or len(words) > 1
