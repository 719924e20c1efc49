"""What a report says, apart from how it looks: the page and the JSON are made of the same figures.

Everything comes from the store. Verdicts outlive the program that wrote them, so one that lacks
what newer ones have is read as far as it goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timezone
from typing import Any, TypeVar

from intent_al.errors import NotEnoughDataError
from intent_al.evaluation.calibration import Bin, Calibration
from intent_al.evaluation.comparison import (
    ChangedAnswer,
    Changes,
    Confusion,
    IntentRow,
    SetFigures,
)
from intent_al.evaluation.verdict import Limits, StoryFigures
from intent_al.store import Store, verdicts
from intent_al.store.verdicts import Judged, Learned

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a verdict rests on; None and empty are what it did not write down."""

    reasons: tuple[str, ...]
    sets: tuple[SetFigures, ...]
    overall: SetFigures | None
    broken: tuple[IntentRow, ...]
    changes: Changes | None
    confusions: tuple[Confusion, ...]
    stories: StoryFigures | None
    limits: Limits | None


@dataclass(frozen=True, slots=True)
class Report:
    """One judged run of one bot."""

    bot: str
    judged: Judged
    figures: Figures
    learned: tuple[Learned, ...]

    @property
    def first(self) -> bool:
        """Whether there was no model to compare it with."""
        return self.judged.against is None and self.judged.figures.get("current") is None

    @property
    def current(self) -> str | None:
        """The model that it was compared with."""
        return self.judged.against or self.judged.figures.get("current")


def report(store: Store, bot: str, run: int | None = None) -> Report:
    """The report on ``run``, or on the one that was judged last.

    Raises NotEnoughDataError where that has no verdict.
    """
    found = verdicts.judged(store, run)
    if found is None:
        raise NotEnoughDataError(_nothing_judged(store, run))
    figures = read_figures(found.figures)
    current = found.against or found.figures.get("current")
    return Report(bot, found, figures, tuple(verdicts.learned(store, bot, found.run, current)))


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain JSON types, with nothing left out."""
    judged = report.judged
    return {
        "bot": report.bot,
        "run": {
            "id": judged.run,
            "model": judged.model,
            "engine": judged.engine,
            "examples": judged.examples,
            "data_hash": judged.data_hash,
            "recipe": judged.recipe,
            "trained_at": iso(judged.trained_at),
            "settings": dict(judged.settings),
        },
        "verdict": {
            "outcome": judged.outcome,
            "against": report.current,
            "asked": judged.asked,
            "judged_at": iso(judged.judged_at),
            **asdict(report.figures),
        },
        "learned": [{**one._asdict(), "decided_at": iso(one.decided_at)} for one in report.learned],
    }


def read_figures(stored: Mapping[str, Any]) -> Figures:
    """Figures of a verdict, whichever version wrote them."""
    overall, changes = stored.get("overall"), stored.get("changes")
    stories, limits = stored.get("stories"), stored.get("limits")
    return Figures(
        tuple(map(str, stored.get("reasons", ()))),
        tuple(_set(row) for row in stored.get("sets", ())),
        None if overall is None else _set(overall),
        _rows(IntentRow, stored.get("broken", ())),
        None if changes is None else _changes(changes),
        _rows(Confusion, stored.get("confusions", ())),
        None if stories is None else _stories(stories),
        None if limits is None else _made(Limits, limits),
    )


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds")


def _set(row: Mapping[str, Any]) -> SetFigures:
    return _made(
        SetFigures,
        {
            **row,
            "intents": _rows(IntentRow, row["intents"]),
            "calibration_before": _calibration(row.get("calibration_before")),
            "calibration_after": _calibration(row.get("calibration_after")),
        },
    )


def _calibration(row: Mapping[str, Any] | None) -> Calibration | None:
    return None if row is None else _made(Calibration, {**row, "bins": _rows(Bin, row["bins"])})


def _changes(row: Mapping[str, Any]) -> Changes:
    return _made(Changes, {**row, "answers": _rows(ChangedAnswer, row["answers"])})


def _stories(row: Mapping[str, Any]) -> StoryFigures:
    return _made(StoryFigures, {**row, "failed": tuple(row.get("failed", ()))})


def _rows(kind: type[T], rows: Sequence[Mapping[str, Any]]) -> tuple[T, ...]:
    return tuple(_made(kind, row) for row in rows)


def _made(kind: type[T], row: Mapping[str, Any]) -> T:
    """A record of ``kind``; what a later version has added to it is passed over."""
    names = [item.name for item in fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: row[name] for name in names if name in row})


def _nothing_judged(store: Store, run: int | None) -> str:
    if run is None:
        return "no candidate was judged yet: run `intent-al retrain`, then `intent-al gate`"
    known = verdicts.judged_runs(store)
    listed = f"; judged: {', '.join(map(str, known[-10:]))}" if known else ""
    if verdicts.exists(store, run):
        return f"run {run} was not judged{listed}; `intent-al gate` judges the last run"
    return f"there is no run {run}{listed}"
