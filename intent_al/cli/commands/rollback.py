"""``intent-al rollback``"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from intent_al import steps
from intent_al.cli.session import CommandSession, with_session
from intent_al.texts.plain import visible


@click.command("rollback")
@with_session
def command(session: CommandSession) -> None:
    """Make the model that was live before the live one again.

    Its archive becomes the newest in the bot's folder of models, and a running server is told.
    What the other model had taken out of the queue waits again. The training data stays as it is:
    `intent-al undo` takes the last apply back.

    Example:

        intent-al rollback
    """
    report = steps.rollback(session.workspace)
    archive = Path(report.archive or "").name
    where = f", and {visible(report.server)} serves it" if report.server else ""
    session.result(
        dataclasses.asdict(report),
        lambda console: console.print(
            f"{archive} is live again{where}; the training data stayed as it is "
            "(`intent-al undo` takes the last apply back)"
        ),
    )
