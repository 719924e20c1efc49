"""What a batch is made of: a share for each kind of question, moved by what each has yielded.

=========== ===================================================================================
confusion   between which intents is the model torn? By the strategy; out-of-scope texts kept out
coverage    what do people talk about that no example is near?
novelty     what fits no intent?
feedback    what did users complain about?
labels      which examples of the training data have the wrong intent?
audit       drawn blindly, to measure the bot; its share never moves
=========== ===================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping

from intent_al.store.queue import Yield

CONFUSION = "confusion"
COVERAGE = "coverage"
NOVELTY = "novelty"
FEEDBACK = "feedback"
LABELS = "labels"

SHARES: Mapping[str, float] = {
    LABELS: 0.05,
    FEEDBACK: 0.1,
    NOVELTY: 0.1,
    CONFUSION: 0.65,
    COVERAGE: 0.1,
}
"""Of what the audit sample leaves, in the order of filling; what a quota cannot fill goes to
confusion in the end."""

_FLOOR = 0.25
"""Share of its share that a quota keeps, whatever it yields: who is never asked never yields."""
_ROOMY = 200
"""Items from which every quota has at least one."""
_PRIOR = 10.0
"""Answers after which what a quota yielded counts as much as what all did."""


def sizes(size: int, yields: Mapping[str, Yield]) -> dict[str, int]:
    """Items of each quota, in the order in which they are filled; their sum is ``size``.

    A quota yields where an answer was news to the model: another intent than it thought, a new
    one, or none; of ``labels``, where it was news to the training data. Small numbers are drawn
    towards the yield of all quotas together.
    """
    asked = sum(one.answered for one in yields.values())
    overall = (sum(one.news for one in yields.values()) + 1) / (asked + 2)
    moved = {}
    for name, share in SHARES.items():
        seen = yields.get(name, Yield(0, 0))
        rate = (seen.news + _PRIOR * overall) / (seen.answered + _PRIOR)
        moved[name] = share * max(_FLOOR, rate / overall)
    total = sum(moved.values())
    least = int(size >= _ROOMY)
    counts = {name: max(least, int(size * share / total)) for name, share in moved.items()}
    counts[CONFUSION] += size - sum(counts.values())
    return counts
