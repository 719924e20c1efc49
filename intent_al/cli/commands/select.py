"""``intent-al select``"""

from __future__ import annotations

import click
from rich.console import Console

from intent_al.cli.session import Session, with_session
from intent_al.stages.select import SelectReport


@click.command("select")
@click.option("--size", "-n", type=click.IntRange(1), help="Utterances in the batch.")
@click.option("--strategy", help="How to choose: uncertainty, margin, entropy, ..., random.")
@click.option("--seed", type=int, help="Repeats a random choice.")
@with_session
def command(session: Session, size: int | None, strategy: str | None, seed: int | None) -> None:
    """Put the few most valuable utterances before a human.

    Uncertain ones that many people say and many others resemble come first, near duplicates once,
    no sender too often. A tenth is drawn at random from the traffic, to measure the bot.

    Example:

        intent-al select --size 20 --strategy margin
    """
    report = session.workspace.select(size=size, strategy=strategy, seed=seed)
    session.result(as_data(report), lambda console: show(report, console))


def as_data(report: SelectReport) -> dict[str, object]:
    return {
        "batch": report.batch,
        "candidates": report.candidates,
        "left_out": dict(report.left_out),
        "items": [item._asdict() for item in report.items],
    }


def show(report: SelectReport, console: Console) -> None:
    if report.batch is None:
        console.print("nothing to ask: no utterance is left that would teach the bot something")
        return
    audit = sum(item.quota == "audit" for item in report.items)
    drawn = f", and {audit} were drawn at random as audit sample" if audit else ""
    console.print(
        f"{len(report.items) - audit} of {report.candidates:,} utterances were chosen{drawn};"
        " answer them with `intent-al review`"
    )
    for reason, count in report.left_out.items():
        if count:
            console.print(f"  left out: {count:,} {reason}")
