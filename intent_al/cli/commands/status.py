"""``intent-al status``"""

from __future__ import annotations

import dataclasses
from datetime import datetime, timezone

import click
from rich.console import Console
from rich.table import Table

from intent_al.cli.session import CommandSession, with_session
from intent_al.store.overview import Overview, overview


@click.command("status")
@with_session
def command(session: CommandSession) -> None:
    """What is where, on one screen.

    Example:

        intent-al status --json
    """
    workspace = session.workspace
    figures = overview(workspace.store, workspace.bot)
    data = {"project": str(workspace.project.root), "bot": workspace.bot}
    session.result(data | dataclasses.asdict(figures), lambda console: show(figures, data, console))


def show(figures: Overview, data: dict[str, str], console: Console) -> None:
    console.print(f"{data['bot']} in {data['project']}")
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column()
    for stage, words in _lines(figures):
        table.add_row(stage, words)
    console.print(table)
    console.print(f"next: {_next(figures)}")


def _lines(figures: Overview) -> list[tuple[str, str]]:
    pulled = "never"
    if figures.pulled_at is not None:
        pulled = f"{datetime.fromtimestamp(figures.pulled_at, timezone.utc):%Y-%m-%d %H:%M} UTC"
    proposed = f", {figures.proposed:,} proposed in a branch or patch" if figures.proposed else ""
    return [
        (
            "pull",
            f"{figures.user_turns:,} user turns of {figures.conversations:,} senders,"
            f" {figures.free_text:,} free text, {figures.utterances:,} different; last {pulled}",
        ),
        ("predict", f"{figures.predicted:,} by {figures.model or 'no model yet'}"),
        ("select", f"{figures.in_queue:,} in the queue, {figures.skipped:,} of them skipped"),
        ("review", f"{figures.decided:,} decided, {figures.audit_answers:,} of the audit sample"),
        ("apply", f"{figures.applied:,} applied, {figures.waiting_for_apply:,} waiting{proposed}"),
        ("gate", figures.last_verdict or "no candidate judged yet"),
    ]


def _next(figures: Overview) -> str:
    if figures.in_queue:
        return "intent-al review"
    if figures.proposed:
        return "merge what the last apply proposed, then intent-al apply"
    if figures.waiting_for_apply:
        return "intent-al apply, then intent-al retrain and intent-al gate"
    if figures.applied and figures.last_verdict is None:
        return "intent-al retrain, then intent-al gate"
    return "intent-al intake"
