"""``intent-al intake``"""

from __future__ import annotations

import click
from rich.console import Console

from intent_al.cli.commands import predict as predict_command
from intent_al.cli.commands import pull as pull_command
from intent_al.cli.commands import select
from intent_al.cli.session import Session, with_session
from intent_al.jobs import intake


@click.command("intake")
@click.option("--size", "-n", type=click.IntRange(1), help="Open items to fill the queue up to.")
@with_session
def command(session: Session, size: int | None) -> None:
    """Pull, predict and select: one command for a job.

    The queue is filled up to its size, so that what nobody has answered yet does not pile up. Runs
    under a lock: a second one ends at once with exit code 7.

    Example:

        intent-al intake --project mybot --size 50
    """
    report = intake.intake(session.workspace, session.progress, size=size)

    def show(console: Console) -> None:
        pull_command.show(report.pulled, console)
        predict_command.show(report.predicted, console)
        select.show(report.selected, console)

    session.result(
        {
            "pull": pull_command.as_data(report.pulled),
            "predict": predict_command.as_data(report.predicted),
            "select": select.as_data(report.selected),
        },
        show,
    )
