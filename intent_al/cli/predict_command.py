"""``intent-al predict``"""

from __future__ import annotations

import click
from rich.console import Console

from intent_al.cli.session import Session, with_session
from intent_al.stages.predict import PredictReport


@click.command("predict")
@with_session
def command(session: Session) -> None:
    """Ask the model what it makes of every utterance.

    The built-in model is trained from the bot's own NLU files, in seconds, and asked about what
    it has not seen. An interrupted run goes on where it stopped.

    Example:

        intent-al predict
    """
    with session.progress("predict") as progress:
        report = session.workspace.predict(progress)
    session.result(as_data(report), lambda console: show(report, console))


def as_data(report: PredictReport) -> dict[str, object]:
    return {"model": report.model, "predicted": report.predicted, "seconds": report.seconds}


def show(report: PredictReport, console: Console) -> None:
    console.print(f"{report.predicted:,} utterances predicted by {report.model}")
