"""``intent-al pull``"""

from __future__ import annotations

import click

from intent_al import steps
from intent_al.cli.output import pulled
from intent_al.cli.session import CommandSession, with_session


@click.command("pull")
@with_session
def command(session: CommandSession) -> None:
    """Read new conversations from the bot's logs.

    Personal data is replaced before anything is stored. A second run reads only what is new; an
    interrupted one goes on where it stopped.

    Example:

        intent-al pull --project mybot
    """
    with session.progress("pull") as progress:
        report = steps.pull(session.workspace, progress)
    session.result(pulled.as_data(report), lambda console: pulled.show(report, console))
