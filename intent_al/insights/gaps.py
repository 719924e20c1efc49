"""Content gaps: what several people say, in many ways, and no intent is for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from intent_al.insights.naming import count_words, suggest
from intent_al.insights.traffic import Traffic
from intent_al.insights.trend import trend
from intent_al.records import FloatArray, IntArray
from intent_al.store import insights
from intent_al.strategies.linkage import average_linkage
from intent_al.strategies.novelty import novelty
from intent_al.texts.normal_form import normal_form

if TYPE_CHECKING:
    from intent_al.workspace import Workspace

LEAST_MESSAGES, LEAST_PEOPLE = 10, 2
UNUSUAL = 0.95
"""Share of the bot's own examples that fit better. Lower than where a batch asks about novelty: an
oddity alone says nothing here, only many that resemble each other."""

MOST = 4_000
"""Unusual texts that are compared with each other, the most frequent ones: 64 MB of distances."""

TYPICAL = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """``name`` is a suggestion; ``nearest`` the intent that comes closest; ``periods`` how often it
    was said in each sixth of the time; ``typical`` the texts in its middle; ``utterances`` the ids
    of all, those said most first."""

    name: str
    messages: int
    people: int
    texts: int
    periods: tuple[int, ...]
    trend: str
    nearest: str
    typical: tuple[str, ...]
    utterances: tuple[int, ...] = ()


def find_gaps(workspace: Workspace, traffic: Traffic) -> list[Gap]:
    """The largest first, by people. What was decided already, or is in the training data since, is
    no gap any more."""
    training = [one.example for one in workspace.training_data.examples]
    if not training:
        return []
    known = {normal_form(example.text) for example in training}
    settled = insights.decided(workspace.store)
    ids = [
        utterance
        for utterance, text in traffic.texts.items()
        if utterance not in settled and normal_form(text) not in known
    ]
    texts = [traffic.texts[utterance] for utterance in ids]
    if not texts:
        return []
    names, codes = np.unique([example.intent for example in training], return_inverse=True)
    vectors = workspace.encode(texts + [example.text for example in training])
    examples = vectors[len(texts) :]
    found = novelty(vectors[: len(texts)], examples, codes.astype(np.int32))
    strange = np.flatnonzero((found.unusual >= UNUSUAL) & vectors[: len(texts)].any(axis=1))
    said = np.array([traffic.said[ids[row]] for row in strange])
    strange = strange[np.argsort(-said, kind="stable")[:MOST]]
    groups = average_linkage(vectors[strange], _width(examples, codes.astype(np.int32)), "distance")
    everything = [*traffic.texts.values(), *(example.text for example in training)]
    everywhere, taken = count_words(everything), set(names.tolist())
    gaps = []
    for group in np.unique(groups):
        rows = strange[groups == group]
        members = frozenset(ids[row] for row in rows)
        messages = sum(traffic.said[member] for member in members)
        people = frozenset().union(*(traffic.people[member] for member in members))
        if messages < LEAST_MESSAGES or len(people) < LEAST_PEOPLE:
            continue
        nearest = Counter(codes[found.nearest[rows]].tolist()).most_common(1)[0][0]
        periods = traffic.periods(members)
        name = suggest([texts[row] for row in rows], everywhere, len(everything), taken)
        taken.add(name)
        typical = tuple(texts[row] for row in rows[_middle(vectors[rows])])
        gaps.append(
            Gap(
                name,
                messages,
                len(people),
                len(rows),
                periods,
                trend(periods),
                str(names[nearest]),
                typical,
                tuple(ids[row] for row in rows),
            )
        )
    return sorted(gaps, key=lambda gap: (-gap.people, -gap.messages, gap.name))


def _width(examples: FloatArray, intents: IntArray) -> float:
    """How far apart examples of one intent of this bot lie, in the lower quartile of intents: a
    group may be as wide as those that hold together."""
    widths = []
    for intent in np.unique(intents):
        own = examples[intents == intent]
        if len(own) > 1:
            pairs = (np.linalg.norm(own.sum(axis=0)) ** 2 - len(own)) / (len(own) * (len(own) - 1))
            widths.append(1.0 - float(pairs))
    return float(np.quantile(widths, 0.25)) if widths else 0.5


def _middle(vectors: FloatArray) -> IntArray:
    """The rows nearest to the middle of all."""
    similarity = vectors @ vectors.sum(axis=0)
    return np.asarray(np.argsort(-similarity, kind="stable")[:TYPICAL], dtype=np.int32)
