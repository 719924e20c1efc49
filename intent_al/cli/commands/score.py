"""``intent-al score``"""

from __future__ import annotations

import dataclasses

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from intent_al.cli.session import CommandSession, with_session
from intent_al.stages import score
from intent_al.stages.score import LOGGED, ScoredUtterance, ScoreReport
from intent_al.texts.plain import shortened, visible

TEXT_SHOWN = 300


@click.command("score")
@click.option(
    "--strategy",
    "-s",
    default="uncertainty",
    show_default=True,
    help="What to sort by: uncertainty, margin, least_confidence, entropy, entity_ambiguity.",
)
@click.option(
    "--limit", "-n", default=20, show_default=True, type=click.IntRange(1), help="Rows to show."
)
@click.option("--logged", is_flag=True, help="Score what the bot itself predicted, from its log.")
@with_session
def command(session: CommandSession, strategy: str, limit: int, logged: bool) -> None:
    """Show how unsure the models are, and why.

    All scores lie between 0 and 1; higher means ask sooner. Nothing is written. `select` also
    weighs by how many people say a text and how many others resemble it.

    Example:

        intent-al score --strategy margin --limit 10
    """
    workspace = session.workspace
    report = score.score(
        workspace.store, bot=workspace.bot, strategy=strategy, limit=limit, logged=logged
    )
    session.result(dataclasses.asdict(report), lambda console: show(report, console))


def show(report: ScoreReport, console: Console) -> None:
    console.print(table(report), soft_wrap=False)
    console.print(_source(report), style="dim")


def table(report: ScoreReport) -> Table:
    """Narrow columns, so that the texts have room in a terminal of 80."""
    table = Table(
        title=f"Most in doubt by {report.strategy}",
        title_justify="left",
        box=None,
        pad_edge=False,
        padding=(0, 1),
        collapse_padding=True,
    )
    table.add_column("score", justify="right", style="bold", vertical="top")
    for name in ("margin", "least\nconf.", "entropy", "entity\nambig.", "said"):
        table.add_column(name, justify="right")
    table.add_column("utterance, and why", overflow="fold")
    several = len({row.language for row in report.rows}) > 1
    for row in report.rows:
        table.add_row(*_numbers(row), _words(row, f" ({row.language})" if several else ""))
    return table


def _numbers(row: ScoredUtterance) -> list[str]:
    ambiguity = "-" if row.entity_ambiguity is None else f"{row.entity_ambiguity:.2f}"
    return [
        f"{row.score:.2f}",
        f"{row.margin:.2f}",
        f"{row.least_confidence:.2f}",
        f"{'~' if row.truncated else ''}{row.entropy:.2f}",
        ambiguity,
        f"{row.said:,}",
    ]


def _words(row: ScoredUtterance, language: str) -> Text:
    return Text.assemble(
        shortened(row.text, TEXT_SHOWN),
        (language, "dim"),
        "\n",
        (visible(row.reason), "dim italic"),
    )


def _source(report: ScoreReport) -> str:
    """Which prediction the scores are of: without it the figures mean nothing."""
    models = sorted({row.model or "an unnamed model" for row in report.rows})
    if report.prediction != LOGGED:
        words = f"{report.scored:,} utterances scored from the predictions of {', '.join(models)}"
        rest = "not predicted yet"
    else:
        words = f"{report.scored:,} utterances scored from the logged predictions"
        words += f" of {', '.join(visible(name) for name in models)}"
        rest = "without a logged ranking"
        if any(row.truncated for row in report.rows):
            words += "; ~ the logged ranking is cut off, so the entropy is an estimate"
    return words + (f"; {report.without:,} {rest}" if report.without else "")
