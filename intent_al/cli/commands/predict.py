"""``intent-al predict``"""

from __future__ import annotations

import click

from intent_al import steps
from intent_al.cli.output import predicted
from intent_al.cli.session import CommandSession, with_session
from intent_al.project.settings import ENGINES


@click.command("predict")
@click.option("--engine", type=click.Choice(ENGINES), help="Who is asked: see [model] engine.")
@with_session
def command(session: CommandSession, engine: str | None) -> None:
    """Ask the model what it makes of every utterance.

    The built-in model is trained from the bot's own NLU files, in seconds, and asked about what
    it has not seen; the bot's own model is calibrated on held-out texts when it is met first. An
    interrupted run goes on where it stopped.

    Example:

        intent-al predict --engine rasa
    """
    with session.progress("predict") as progress:
        report = steps.predict(session.workspace, progress, engine=session.workspace.engine(engine))
    session.result(predicted.as_data(report), lambda console: predicted.show(report, console))
