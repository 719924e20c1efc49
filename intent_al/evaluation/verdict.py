"""From figures to a verdict: which losses a candidate may have, and which not.

Every rule is one that can be said in a sentence, because the sentence is what people get to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intent_al.evaluation.comparison import IntentRow, SetFigures

PASSED, REFUSED, INCONCLUSIVE = "passed", "refused", "inconclusive"
INTENT_ITEMS = 20
"""With fewer test items, one answer moves the F1 of an intent by more than luck should."""
NAMED = 5
"""Of intents and stories that a reason names; all are in the figures."""
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class StoryFigures:
    """The bot's own test stories; ``failed`` names those that the candidate fails."""

    total: int
    failed_before: int
    failed_after: int
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What was put up with: losses of accuracy and of an intent's F1, as fractions."""

    tolerance: float
    minimum_items: int
    intent_tolerance: float
    intent_items: int = INTENT_ITEMS


def verdict(
    overall: SetFigures,
    sets: Sequence[SetFigures],
    broken: Sequence[IntentRow],
    stories: StoryFigures | None,
    first: bool,
    limits: Limits,
) -> tuple[str, tuple[str, ...]]:
    """The outcome and the reasons. ``first`` says that there is no model to be worse than.

    A broken limit refuses even where there are too few items for all the rest.
    """
    words = _in_words(overall)
    minimum, tolerance = limits.minimum_items, limits.tolerance
    refusals = [] if first else [*_broken_stories(stories), *_broken_limits(broken, limits)]
    if overall.items < minimum and not refusals:
        return INCONCLUSIVE, (f"{overall.items} test items, {minimum} are needed", words)
    if first:
        return PASSED, ("there is no model before it", words)
    refusals += [
        f"worse on {item.name}: {_in_words(item)}"
        for item in sets
        if item.items >= minimum and item.high < -tolerance
    ]
    if refusals:
        return REFUSED, (*refusals, words)
    if overall.low >= -tolerance:
        return PASSED, (words,)
    if overall.after < overall.before:
        return REFUSED, (f"may be worse by more than {tolerance:.1%}", words)
    return INCONCLUSIVE, (f"cannot exclude a loss of {tolerance:.1%}: more test items", words)


def broken_intents(overall: SetFigures, limits: Limits) -> tuple[IntentRow, ...]:
    """Intents with enough test items that lost more F1 than they may, the greatest loss first."""
    broken = [
        row
        for row in overall.intents
        if row.support >= limits.intent_items
        and row.before - row.after > limits.intent_tolerance + ROUNDING
    ]
    return tuple(sorted(broken, key=lambda row: (row.after - row.before, row.intent)))


def _broken_stories(stories: StoryFigures | None) -> list[str]:
    if stories is None or stories.failed_after <= stories.failed_before:
        return []
    return [
        f"fails {stories.failed_after} of {stories.total} test stories, the current model "
        f"{stories.failed_before}: {_some(stories.failed)}"
    ]


def _broken_limits(broken: Sequence[IntentRow], limits: Limits) -> list[str]:
    if not broken:
        return []
    rows = [f"{row.intent} (F1 {row.before:.2f} -> {row.after:.2f})" for row in broken]
    return [f"more than {limits.intent_tolerance:.2f} of F1 lost on {_some(rows)}"]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def _in_words(row: SetFigures) -> str:
    return (
        f"accuracy {row.before:.1%} -> {row.after:.1%} on {row.items:,} items, a gain between "
        f"{100 * row.low:+.1f} and {100 * row.high:+.1f} points (95 %)"
    )
