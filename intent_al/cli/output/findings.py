"""Findings for people: by file, one line each, and at the end how many there are.

Into a pipe goes the same text with every finding on one line, so that ``grep`` finds it whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.text import Text

from intent_al.texts.plain import visible
from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.placed import Place

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
MOST = 20
"""Findings of a rule that are shown; more of one kind hide the others."""
MOST_RELATED = 3


def show(
    findings: Sequence[Finding], looked_at: str, console: Console, most: int | None = MOST
) -> None:
    """``looked_at`` says in words what was read; ``most`` is None where all are wanted."""
    shown, left_out = _capped(findings, most)
    ordered = sorted(shown, key=lambda one: (str(one.place.path), one.place.line, one.place.column))
    places = max((len(_position(one.place)) for one in ordered), default=0)
    for path, found in groupby(ordered, key=lambda one: one.place.path):
        console.print(visible(path.as_posix()), style="bold underline")
        for one in found:
            _show_one(one, path, places, console)
        console.print()
    for rule, number in left_out.items():
        hint = f"{number:,} more of {rule} (intent-al lint --rule {rule} shows all)"
        console.print(hint, style="dim")
    console.print(summary(findings, looked_at), style=_worst_style(findings))


def summary(findings: Sequence[Finding], looked_at: str) -> str:
    """``2 errors, 1 warning in 7 files``"""
    number = Counter(one.severity for one in findings)
    counts = [many(number[kind], kind.value) for kind in Severity if number[kind]]
    return f"{', '.join(counts) or 'nothing found'} in {looked_at}"


def many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _worst_style(findings: Sequence[Finding]) -> str:
    worst = min((one.severity for one in findings), key=lambda kind: kind.rank, default=None)
    return STYLES[worst] if worst is not None else "bold green"


def _capped(
    findings: Sequence[Finding], most: int | None
) -> tuple[list[Finding], Mapping[str, int]]:
    seen: Counter[str] = Counter()
    shown, left_out = [], Counter[str]()
    for one in findings:
        seen[one.rule] += 1
        if most is None or seen[one.rule] <= most:
            shown.append(one)
        else:
            left_out[one.rule] += 1
    return shown, left_out


def _show_one(one: Finding, path: Path, places: int, console: Console) -> None:
    head = Text.assemble(
        f"  {_position(one.place):>{places}}  ",
        (f"{one.severity.value:<7}  ", STYLES[one.severity]),
    )
    _hang(head, Text.assemble(visible(one.message), " ", (f"[{one.rule}]", "dim")), console)
    related = _related(one, path)
    if related:
        _hang(Text(" " * len(head)), Text(visible(related), style="dim"), console)


def _hang(head: Text, body: Text, console: Console) -> None:
    """``body`` beside ``head``; on a terminal its further lines stand below its first one."""
    lines = [body]
    if console.is_terminal:
        lines = list(body.wrap(console, max(console.width - head.cell_len, 20)))
    for number, line in enumerate(lines):
        console.print(Text.assemble(head if number == 0 else " " * head.cell_len, line))


def _related(one: Finding, path: Path) -> str:
    """The other places, those in the same file by their lines alone."""
    places = [
        f"line {place.line}" if place.path == path else f"{place.path.as_posix()}:{place.line}"
        for place in one.related
    ]
    shown = list(dict.fromkeys(places))
    left = len(shown) - MOST_RELATED
    words = ", ".join(shown[:MOST_RELATED]).replace(", line ", ", ")
    return (f"see {words}" + (f" and {left:,} more" if left > 0 else "")) if shown else ""


def _position(place: Place) -> str:
    return f"{place.line}:{place.column}" if place.column else str(place.line)
