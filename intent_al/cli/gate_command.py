"""``intent-al gate``"""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from intent_al.cli.session import Session, with_session
from intent_al.errors import GateInconclusive, GateRefused
from intent_al.stages.gate import PASSED, REFUSED, GateReport, SetFigures, figures


@click.command("gate")
@click.option("--all-intents", is_flag=True, help="List the intents that did not change, too.")
@with_session
def command(session: Session, all_intents: bool) -> None:
    """Judge the candidate against the current model.

    Both answer the held-out test files and the audit sample. Exit code 10: the candidate is
    refused; 11: too little to tell.

    Example:

        intent-al gate --all-intents
    """
    report = session.workspace.gate()
    session.result(figures(report), lambda console: show(report, console, all_intents))
    if report.outcome != PASSED:
        kind = GateRefused if report.outcome == REFUSED else GateInconclusive
        raise kind("; ".join(report.reasons))


def show(report: GateReport, console: Console, all_intents: bool = False) -> None:
    for figures_of_set in report.sets:
        console.print(intents_table(figures_of_set, all_intents))
    console.print(sets_table(report))
    console.print(f"{report.outcome}: {'; '.join(report.reasons)}")


def sets_table(report: GateReport) -> Table:
    table = Table(title="Candidate against current", title_justify="left")
    table.add_column("held out")
    for name in ("items", "before", "after", "gain", "95 % interval", "entity F1"):
        table.add_column(name, justify="right")
    for row in (*report.sets, report.overall):
        table.add_row(
            row.name,
            f"{row.items:,}",
            f"{row.before:.1%}",
            f"{row.after:.1%}",
            f"{100 * (row.after - row.before):+.1f}",
            f"{100 * row.low:+.1f} to {100 * row.high:+.1f}",
            f"{row.entities_before:.2f} -> {row.entities_after:.2f}",
        )
    return table


def intents_table(row: SetFigures, everything: bool) -> Table:
    table = Table(title=f"F1 by intent on {row.name}", title_justify="left")
    table.add_column("intent")
    for name in ("items", "before", "after", "change"):
        table.add_column(name, justify="right")
    for item in sorted(row.intents, key=lambda item: item.before - item.after):
        change = item.after - item.before
        if not everything and abs(change) < 0.005:
            continue
        style = "green" if change > 0 else "red" if change < 0 else ""
        table.add_row(
            item.intent,
            str(item.support),
            f"{item.before:.2f}",
            f"{item.after:.2f}",
            f"{change:+.2f}",
            style=style,
        )
    return table
