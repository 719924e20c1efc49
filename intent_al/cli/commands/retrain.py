"""``intent-al retrain``"""

from __future__ import annotations

import dataclasses

import click

from intent_al import steps
from intent_al.cli.session import CommandSession, with_session


@click.command("retrain")
@with_session
def command(session: CommandSession) -> None:
    """Train a candidate on the bot's training data as it is now.

    Nothing goes live: `intent-al gate` judges the candidate.

    Example:

        intent-al retrain && intent-al gate
    """
    with session.progress("retrain"):
        report = steps.retrain(session.workspace)
    session.result(
        dataclasses.asdict(report),
        lambda console: console.print(
            f"candidate {report.model}: {report.examples:,} examples, {report.intents} intents,"
            f" {report.seconds:.1f} s; judge it with `intent-al gate`"
        ),
    )
