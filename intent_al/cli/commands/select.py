"""``intent-al select``"""

from __future__ import annotations

import click

from intent_al import steps
from intent_al.cli.output import selected
from intent_al.cli.session import CommandSession, with_session


@click.command("select")
@click.option("--size", "-n", type=click.IntRange(1), help="Utterances in the batch.")
@click.option("--strategy", help="How to choose: uncertainty, margin, entropy, ..., random.")
@click.option("--seed", type=int, help="Repeats a random choice.")
@with_session
def command(
    session: CommandSession, size: int | None, strategy: str | None, seed: int | None
) -> None:
    """Put the few most valuable utterances before a human.

    Uncertain ones that many people say and many others resemble come first, near duplicates once,
    no sender too often. A tenth is drawn at random from the traffic, to measure the bot.

    Example:

        intent-al select --size 20 --strategy margin
    """
    report = steps.select(session.workspace, size=size, strategy=strategy, seed=seed)
    session.result(selected.as_data(report), lambda console: selected.show(report, console))
