"""``intent-al intake``"""

from __future__ import annotations

import click
from rich.console import Console

from intent_al.cli.output import predicted, pulled, selected
from intent_al.cli.session import CommandSession, with_session
from intent_al.jobs.intake import intake


@click.command("intake")
@click.option("--size", "-n", type=click.IntRange(1), help="Open items to fill the queue up to.")
@with_session
def command(session: CommandSession, size: int | None) -> None:
    """Pull, predict and select: one command for a job.

    The queue is filled up to its size, so that what nobody has answered yet does not pile up. Runs
    under a lock: a second one ends at once with exit code 7.

    Example:

        intent-al intake --project mybot --size 50
    """
    report = intake(session.workspace, session.progress, size=size)

    def show(console: Console) -> None:
        pulled.show(report.pulled, console)
        predicted.show(report.predicted, console)
        selected.show(report.selected, console)

    session.result(
        {
            "pull": pulled.as_data(report.pulled),
            "predict": predicted.as_data(report.predicted),
            "select": selected.as_data(report.selected),
        },
        show,
    )
