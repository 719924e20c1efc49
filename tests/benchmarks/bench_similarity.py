"""What the page lists and ticks beside an utterance: how much of it has the same intent.

The built-in model learns ``LEARNED`` examples of each intent, and the ``WAITING`` messages that it
is least sure of are compared with each other: the hardest that a queue can hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from intent_al.nlu.builtin import train
from intent_al.records import Example
from intent_al.store.listing import Waiting
from intent_al.web.similarity import LISTED, TICKED, Crowd
from tests.benchmarks.bench_builtin import banking77
from tests.benchmarks.figures import Figure
from tests.benchmarks.intent_pools import clinc150
from tests.support.places import DATA

LEARNED, WAITING = 15, 2_000


def run() -> list[Figure]:
    if not (DATA / "clinc150").is_dir():
        return [Figure(f"similarity: not measured, no data in {DATA}", "")]
    sets = (("Banking77", banking77("train")), ("CLINC150", clinc150("train")))
    return [one for name, examples in sets for one in measure(name, examples)]


def measure(name: str, examples: Sequence[Example]) -> list[Figure]:
    messages = least_sure(examples)
    said = np.array([one.intent for one, _, _ in messages], dtype=object)
    waiting = [
        Waiting(number, one.text, likeliest, second)
        for number, (one, likeliest, second) in enumerate(messages)
    ]
    crowd = Crowd(waiting)
    alike = np.stack([crowd.alike(one.text, one.likeliest, one.second) for one in waiting])
    np.fill_diagonal(alike, 0)
    same = said[:, None] == said[None, :]
    found = []
    for what, least in (("listed", LISTED), ("ticked", TICKED)):
        shown = alike >= least
        beside = f"{shown.sum() / len(waiting):.1f} beside each"
        share = f"{same[shown].mean():.0%} of the same intent, {beside}"
        found.append(Figure(f"{name}: {what} as alike", share))
    return found


def least_sure(examples: Sequence[Example]) -> list[tuple[Example, str, str]]:
    """Messages with the two likeliest intents."""
    order = np.random.default_rng(0).permutation(len(examples)).tolist()
    learned: Counter[str] = Counter()
    learn, rest = [], []
    for at in order:
        one = examples[at]
        learned[one.intent] += 1
        (learn if learned[one.intent] <= LEARNED else rest).append(one)
    batch = train(learn).predict([one.text for one in rest])
    ranked = np.argsort(-batch.probabilities, axis=1, kind="stable")[:, :2]
    top = np.take_along_axis(batch.probabilities, ranked, axis=1)
    doubtful = np.argsort(top[:, 0] - top[:, 1], kind="stable")[:WAITING]
    return [(rest[at], batch.labels[ranked[at, 0]], batch.labels[ranked[at, 1]]) for at in doubtful]
