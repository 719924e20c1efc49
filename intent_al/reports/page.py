"""The report as one HTML file with everything in it: no network, no script, no second file.

The texts in it were written by strangers. Jinja escapes all of them, and should that ever fail, the
page's own policy lets a browser run nothing and load nothing; the style sheet is allowed by its
hash.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from intent_al.evaluation.comparison import ChangedAnswer, Changes, IntentRow, SetFigures
from intent_al.reports import charts, texts
from intent_al.reports.content import Report

TEMPLATES = Path(__file__).parent / "templates"
INTENTS, CHANGES, PAIRS, LEARNED = 120, 60, 15, 100
"""How many are shown at most; the JSON has all that the verdict kept."""
UNCHANGED = 0.005
SETTINGS = {
    "seed": "Seed",
    "engine": "Engine",
    "rasa": "Rasa",
    "rasa_version": "Rasa",
    "python": "Python",
    "seconds": "Trained for",
    "config": "Configuration",
    "config_hash": "Configuration",
}
LONG_VALUE = 300


def html(report: Report) -> str:
    """The whole page."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    figures, overall = report.figures, report.figures.overall
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            judged=report.judged,
            figures=figures,
            overall=overall,
            sets=(*figures.sets, overall),
            style=Markup(style),  # noqa: S704 - our own file
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            forest=_forest(report),
            intents=None if overall is None else _intents(overall),
            matrix=_matrix(report),
            groups=[] if figures.changes is None else _groups(figures.changes),
            facts=_facts(report),
            bars=charts.bars,
            broken={row.intent for row in figures.broken},
            most={"pairs": PAIRS, "learned": LEARNED, "changes": CHANGES},
        )
    )


def _forest(report: Report) -> charts.Forest | None:
    figures, limits = report.figures, report.figures.limits
    if figures.overall is None or report.first:
        return None
    allowed, minimum = (None, 1) if limits is None else (limits.tolerance, limits.minimum_items)
    return charts.forest(figures.sets, figures.overall, allowed, minimum)


def _matrix(report: Report) -> charts.Matrix | None:
    figures = report.figures
    if figures.overall is None or not figures.confusions:
        return None
    return charts.matrix(figures.confusions, figures.overall.intents)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for function in (
        texts.shown,
        texts.name,
        texts.label,
        texts.percent,
        texts.points,
        texts.tick,
        texts.change,
        texts.when,
    ):
        environment.filters[function.__name__] = function
    return environment


def _intents(overall: SetFigures) -> Mapping[str, Any]:
    """The rows that changed, worst first, then those that did not; and how many were left out."""
    rows = sorted(overall.intents, key=lambda row: (row.after - row.before, row.intent))
    changed = [row for row in rows if abs(row.after - row.before) > UNCHANGED]
    same = [row for row in rows if abs(row.after - row.before) <= UNCHANGED]
    return {
        "changed": _ends(changed, INTENTS),
        "same": same[:INTENTS],
        "same_count": len(same),
        "worse": sum(row.after < row.before for row in changed),
        "better": sum(row.after > row.before for row in changed),
        "left_out": max(len(changed) - INTENTS, 0) + max(len(same) - INTENTS, 0),
    }


def _ends(rows: Sequence[IntentRow], most: int) -> list[IntentRow]:
    """The worst and the best, where there are too many to show."""
    if len(rows) <= most:
        return list(rows)
    return [*rows[: most - most // 3], *rows[-(most // 3) :]]


def _groups(changes: Changes) -> list[tuple[str, str, int, list[ChangedAnswer]]]:
    """(class, title, how many there are, those that are shown)"""
    kinds = (
        ("worse", "Newly wrong", changes.newly_wrong, (True, False)),
        ("better", "Newly right", changes.newly_right, (False, True)),
        ("other", "Wrong in another way", changes.wrong_otherwise, (False, False)),
    )
    return [
        (
            kind,
            title,
            count,
            [one for one in changes.answers if (one.right_before, one.right_after) == key][
                :CHANGES
            ],
        )
        for kind, title, count, key in kinds
        if count
    ]


def _facts(report: Report) -> list[tuple[str, str]]:
    judged = report.judged
    facts = [
        ("Candidate", judged.model),
        ("Compared with", report.current or "nothing: it is the first"),
        ("Trained", texts.when(judged.trained_at)),
        ("Judged", texts.when(judged.judged_at)),
        ("Examples", f"{judged.examples:,}"),
        ("Training data", judged.data_hash),
        ("Test items", judged.asked or ""),
        ("Recipe", judged.recipe or ""),
        *((SETTINGS.get(key, key), _value(key, one)) for key, one in judged.settings.items()),
    ]
    if "engine" not in judged.settings:
        facts.append(("Engine", judged.engine))
    return [(texts.name(title), texts.shown(one, LONG_VALUE)) for title, one in facts if one]


def _value(key: str, value: object) -> str:
    if key == "seconds" and isinstance(value, (int, float)):
        return f"{value:,.1f} s"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
