"""A verdict with its figures, for people."""

from __future__ import annotations

from rich.columns import Columns
from rich.console import Console
from rich.table import Table

from intent_al.cli.output import gate_changes
from intent_al.stages.gate import PASSED, REFUSED, GateReport, IntentRow, SetFigures
from intent_al.texts.plain import shortened, visible

UNCHANGED = 0.005
"""F1 that differs by less is printed as the same two digits."""
SIDE_BY_SIDE = 100
STYLES = {PASSED: "bold green", REFUSED: "bold red"}


def show(
    report: GateReport, console: Console, all_intents: bool = False, by_set: bool = False
) -> None:
    for figures_of_set in report.sets if by_set else (report.overall,):
        _show_intents(figures_of_set, console, all_intents)
    gate_changes.show_broken(report, console)
    gate_changes.show_changes(report.changes, console)
    console.print(sets_table(report), soft_wrap=False)
    gate_changes.show_calibration(report.overall, console)
    gate_changes.show_stories(report.stories, console)
    console.print(f"\n{verdict(report)}", style=STYLES.get(report.outcome, "bold yellow"))


def verdict(report: GateReport) -> str:
    return f"{report.outcome}: {'; '.join(report.reasons)}"


def sets_table(report: GateReport) -> Table:
    """Accuracies in points; at most 78 columns wide."""
    table = Table(title="Candidate against current", title_justify="left", box=None, padding=(0, 1))
    table.add_column("held out", no_wrap=True)
    for name in ("items", "before", "after", "gain", "95 % interval", "entity F1"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in (*report.sets, report.overall):
        style = "bold" if row is report.overall else ""
        table.add_row(
            shortened(row.name, 20),
            f"{row.items:,}",
            f"{row.before:.1%}",
            f"{row.after:.1%}",
            f"{100 * (row.after - row.before):+.1f}",
            f"{100 * row.low:+.1f} to {100 * row.high:+.1f}",
            f"{row.entities_before:.2f} → {row.entities_after:.2f}",
            style=style,
        )
    return table


def _show_intents(row: SetFigures, console: Console, everything: bool) -> None:
    """What got worse comes first: that is what somebody will ask about."""
    ordered = sorted(row.intents, key=lambda item: (item.after - item.before, item.intent))
    worse = [item for item in ordered if item.after - item.before < -UNCHANGED]
    better = [item for item in reversed(ordered) if item.after - item.before > UNCHANGED]
    same = [item for item in ordered if abs(item.after - item.before) <= UNCHANGED]
    console.print(f"F1 by intent on {visible(row.name)}", style="bold")
    tables = [
        intents_table(title, items, style)
        for title, items, style in (
            ("worse", worse, "red"),
            ("better", better, "green"),
            ("as before", same if everything else [], ""),
        )
        if items
    ]
    if console.width >= SIDE_BY_SIDE:
        console.print(Columns(tables, padding=(0, 4)), soft_wrap=False)
    else:
        for table in tables:
            console.print(table, soft_wrap=False)
    if same and not everything:
        console.print(f" {len(same)} intents as before (--all-intents lists them)", style="dim")
    console.print()


def intents_table(title: str, items: list[IntentRow], style: str) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="dim")
    table.add_column(f"{title} ({len(items)})", no_wrap=True, style=style)
    for name in ("items", "before", "after", "change"):
        table.add_column(name, justify="right", no_wrap=True)
    for item in items:
        table.add_row(
            shortened(item.intent, 40),
            f"{item.support:,}",
            f"{item.before:.2f}",
            f"{item.after:.2f}",
            f"{item.after - item.before:+.2f}",
        )
    return table
