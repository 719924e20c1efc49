"""Where the marks of the pictures stand: plain geometry, which the templates draw as SVG.

Colours come from the style sheet, by classes, so that a picture is right by day, by night and on
paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from intent_al.evaluation.calibration import Bin
from intent_al.evaluation.comparison import Confusion, IntentRow, SetFigures

MATRIX_INTENTS = 24
SHADES = (0.05, 0.1, 0.2, 0.4)
"""Shares of an intent's texts from which a confusion is drawn a shade stronger."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A gain with its interval, on an axis from 0 (left) to 1; arrows where it leaves the axis."""

    row: SetFigures
    low: float
    gain: float
    high: float
    cut_low: bool
    cut_high: bool


@dataclass(frozen=True, slots=True)
class Forest:
    intervals: tuple[Interval, ...]
    zero: float
    allowed: float | None
    """Where the tolerated loss lies."""
    ticks: tuple[tuple[float, float], ...]
    """Places and the gains there."""


def forest(
    sets: Sequence[SetFigures], overall: SetFigures, tolerance: float | None, minimum: int
) -> Forest:
    """Gains of all test sets on one axis; sets too small to judge by do not stretch it."""
    rows = (*sets, overall)
    wide = [row for row in rows if row.items >= minimum] or rows
    allowed = -tolerance if tolerance is not None else 0.0
    left = min(0.0, allowed, *(row.low for row in wide))
    right = max(0.0, *(row.high for row in wide))
    margin = max(0.1 * (right - left), 0.005)
    left, right = left - margin, right + margin

    def place(gain: float) -> float:
        return min(max((gain - left) / (right - left), 0.0), 1.0)

    intervals = tuple(
        Interval(
            row,
            place(row.low),
            place(row.after - row.before),
            place(row.high),
            row.low < left,
            row.high > right,
        )
        for row in rows
    )
    ticks = tuple((place(gain), gain) for gain in _ticks(left, right))
    return Forest(intervals, place(0.0), None if tolerance is None else place(-tolerance), ticks)


def _ticks(left: float, right: float) -> list[float]:
    step = next(
        (step for step in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2) if (right - left) / step <= 7), 0.5
    )
    first, last = int(left / step), int(right / step)
    return [number * step for number in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Cell:
    """Texts of ``intent`` taken for ``taken_for``: ``shade`` from 1 (few of them) to 5."""

    row: int
    column: int
    intent: str
    taken_for: str
    before: int
    after: int
    shade: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """The intents with most confusions; ``right`` and ``support`` are aligned with them.

    ``others`` counts, for each, the texts that were taken for an intent that has no column.
    """

    intents: tuple[str, ...]
    right: tuple[int, ...]
    support: tuple[int, ...]
    others: tuple[int, ...]
    cells: tuple[Cell, ...]
    left_out: int


def matrix(confusions: Sequence[Confusion], rows: Sequence[IntentRow]) -> Matrix:
    """The confusions of the newer model; a confusion that is gone keeps a cell without shade."""
    involved: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for one in confusions:
        if one.after:
            involved[one.intent] += one.after
            involved[one.taken_for] += one.after
            wrong[one.intent] += one.after
    ranked = sorted(involved, key=lambda intent: (-involved[intent], intent))
    chosen = sorted(ranked[:MATRIX_INTENTS])
    place = {intent: number for number, intent in enumerate(chosen)}
    support = {row.intent: row.support for row in rows}
    cells = tuple(
        Cell(
            place[one.intent],
            place[one.taken_for],
            one.intent,
            one.taken_for,
            one.before,
            one.after,
            _shade(one.after, support.get(one.intent, 0)),
        )
        for one in confusions
        if one.intent in place and one.taken_for in place
    )
    inside: Counter[str] = Counter()
    for cell in cells:
        inside[cell.intent] += cell.after
    return Matrix(
        tuple(chosen),
        tuple(support.get(intent, 0) - wrong[intent] for intent in chosen),
        tuple(support.get(intent, 0) for intent in chosen),
        tuple(wrong[intent] - inside[intent] for intent in chosen),
        cells,
        len(ranked) - len(chosen),
    )


def _shade(count: int, support: int) -> int:
    if not count:
        return 0
    share = count / max(support, count)
    return 1 + sum(share >= limit for limit in SHADES)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bin of a reliability diagram; ``size`` is its share of the fullest bin."""

    bin: Bin
    low: float
    high: float
    size: float


def bars(bins: Sequence[Bin]) -> tuple[Bar, ...]:
    fullest = max((one.count for one in bins), default=0) or 1
    return tuple(
        Bar(one, number / len(bins), (number + 1) / len(bins), one.count / fullest)
        for number, one in enumerate(bins)
    )
