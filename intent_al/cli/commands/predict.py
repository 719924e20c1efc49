"""``intent-al predict``"""

from __future__ import annotations

import click
from rich.console import Console

from intent_al.cli.session import Session, with_session
from intent_al.evaluation.calibration import Bin
from intent_al.project.config import ENGINES
from intent_al.stages.predict import PredictReport


@click.command("predict")
@click.option("--engine", type=click.Choice(ENGINES), help="Who is asked: see [model] engine.")
@with_session
def command(session: Session, engine: str | None) -> None:
    """Ask the model what it makes of every utterance.

    The built-in model is trained from the bot's own NLU files, in seconds, and asked about what
    it has not seen; the bot's own model is calibrated on held-out texts when it is met first. An
    interrupted run goes on where it stopped.

    Example:

        intent-al predict --engine rasa
    """
    with session.progress("predict") as progress:
        report = session.workspace.predict(progress, engine=engine)
    session.result(as_data(report), lambda console: show(report, console))


def as_data(report: PredictReport) -> dict[str, object]:
    return {
        "model": report.model,
        "predicted": report.predicted,
        "seconds": report.seconds,
        "temperature": report.temperature,
        "calibration": None if report.calibration is None else report.calibration.as_data(),
    }


def show(report: PredictReport, console: Console) -> None:
    console.print(f"{report.predicted:,} utterances predicted by {report.model}")
    fitted = report.calibration
    if fitted is None:
        return
    console.print(
        f"  calibrated on {fitted.items:,} held-out texts: temperature {fitted.temperature:.2f}, "
        f"calibration error {fitted.before.error:.3f} → {fitted.after.error:.3f}"
    )
    for before, after in zip(fitted.before.bins, fitted.after.bins, strict=True):
        if before.count or after.count:
            console.print(_bar(before) + "  →  " + _bar(after), style="dim")


def _bar(one: Bin) -> str:
    """One row of the reliability diagram: how sure, how often right, how many texts."""
    if not one.count:
        return " " * 44
    drawn = "█" * round(one.accuracy * 20)
    return f"  {one.confidence:4.2f} sure, {one.accuracy:4.2f} right {drawn:<20}{one.count:5}"
