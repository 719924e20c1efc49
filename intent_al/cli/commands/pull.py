"""``intent-al pull``"""

from __future__ import annotations

import click
from rich.console import Console

from intent_al.cli.session import Session, with_session
from intent_al.stages.pull import PullReport
from intent_al.texts.plain import visible


@click.command("pull")
@with_session
def command(session: Session) -> None:
    """Read new conversations from the bot's logs.

    Personal data is replaced before anything is stored. A second run reads only what is new; an
    interrupted one goes on where it stopped.

    Example:

        intent-al pull --project mybot
    """
    with session.progress("pull") as progress:
        report = session.workspace.pull(progress)
    session.result(as_data(report), lambda console: show(report, console))


def as_data(report: PullReport) -> dict[str, object]:
    return {
        "records": report.read,
        "events": report.events,
        "user_turns": report.turns,
        "skipped": report.skipped_count,
        "skipped_first": [item._asdict() for item in report.skipped],
        "masked": dict(report.masked),
    }


def show(report: PullReport, console: Console) -> None:
    masked = ", ".join(f"{count} {rule}" for rule, count in report.masked.most_common())
    console.print(
        f"{report.events:,} new events, {report.turns:,} user turns"
        f" (personal data replaced: {masked or 'none'})"
    )
    for item in report.skipped[:5]:
        console.print(f"  skipped {visible(item.source_id)}: {visible(item.reason)}")
    if report.skipped_count > 5:
        console.print(f"  ... {report.skipped_count - 5:,} more skipped")
