"""``intent-al demo``"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from intent_al import demo
from intent_al.cli.output.diff import coloured_diff
from intent_al.demo import Arm, DemoResult

DIFF_LINES = 60


@click.command("demo")
@click.option(
    "--bot",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another example bot, with recording/answers.jsonl.",
)
@click.option(
    "--seeds",
    default=5,
    show_default=True,
    type=click.IntRange(1, 50),
    help="Repetitions with other random draws.",
)
@click.option(
    "--reviews",
    default=100,
    show_default=True,
    type=click.IntRange(10),
    help="Utterances that are reviewed in each repetition.",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Work in this new folder and leave it there.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def command(bot: Path | None, seeds: int, reviews: int, keep: Path | None, as_json: bool) -> None:
    """The whole loop on a copy of the example bot, with the gain measured.

    Pulls the bot's recorded log, lets a file answer in place of a reviewer, writes the answers
    into the training data, trains again, and compares with the same number of random reviews.

    Example:

        intent-al demo --seeds 1 --keep demo-bot
    """
    console = Console(highlight=False, stderr=as_json)
    source = demo.find_example_bot(bot)
    if keep is not None:
        keep.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="intent-al-demo-") as temporary:
        result = demo.run(
            source,
            keep or Path(temporary),
            seeds=range(seeds),
            reviews=reviews,
            tell=lambda line: console.print(f"- {line}", style="dim"),
        )
    show(result, console)
    if as_json:
        click.echo(orjson.dumps(as_data(result), option=orjson.OPT_INDENT_2).decode())


def as_data(result: DemoResult) -> dict[str, Any]:
    def arm(item: Arm) -> dict[str, Any]:
        return {
            "seed": item.seed,
            "reviewed": item.reviewed,
            "sets": [
                {"name": row.name, "items": row.items, "before": row.before, "after": row.after}
                for row in item.report.sets
            ],
        }

    return {
        "arms": {name: [arm(item) for item in runs] for name, runs in result.arms.items()},
        "masked": dict(result.pulled.masked),
        "gain": result.gain(),
        "random_gain": result.gain(demo.RANDOM),
    }


def show(result: DemoResult, console: Console) -> None:
    masked = ", ".join(f"{count} {rule}" for rule, count in result.pulled.masked.most_common())
    chosen = result.arms[demo.CHOSEN]
    console.print()
    console.print(_diff_head(chosen[0]), soft_wrap=True)
    console.print(
        f"\n{result.pulled.turns:,} user turns pulled; personal data replaced: {masked or 'none'}"
    )
    console.print(gains_table(result))
    console.print(
        f"gain {result.gain():+.1f} points with {chosen[0].reviewed} chosen reviews,"
        f" {result.gain(demo.RANDOM):+.1f} with as many random ones (mean of {len(chosen)} seeds)",
        style="bold",
    )


def gains_table(result: DemoResult) -> Table:
    table = Table(title="Accuracy before and after the reviews", title_justify="left")
    table.add_column("held out")
    for name in ("items", "before", *result.arms):
        table.add_column(name, justify="right")
    for position, row in enumerate(result.arms[demo.CHOSEN][0].report.sets):
        after = [_after(runs, position) for runs in result.arms.values()]
        table.add_row(row.name, f"{row.items:,}", f"{row.before:.1%}", *after)
    return table


def _after(arms: Sequence[Arm], position: int) -> str:
    after = [100 * arm.report.sets[position].after for arm in arms]
    gain = statistics.mean(after) - 100 * arms[0].report.sets[position].before
    spread = f" ± {statistics.stdev(after):.1f}" if len(after) > 1 else ""
    return f"{statistics.mean(after):.1f}%{spread} ({gain:+.1f})"


def _diff_head(arm: Arm) -> Text:
    """The first lines of what was written into the training data."""
    lines = arm.applied.diff.splitlines()
    rest = f"\n... {len(lines) - DIFF_LINES} more lines" if len(lines) > DIFF_LINES else ""
    return coloured_diff("\n".join(lines[:DIFF_LINES]) + rest)
