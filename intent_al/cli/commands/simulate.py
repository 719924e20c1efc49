"""``intent-al simulate``"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from intent_al.cli.session import plain_console, progress_bar, show_result

if TYPE_CHECKING:
    from intent_al.project.config import Project
    from intent_al.simulation.run import Result
    from intent_al.simulation.summary import Summary

CURVES, PAGE = "curves.png", "simulation.html"


@click.command("simulate")
@click.argument("labelled", type=click.Path(exists=True, path_type=Path), metavar="FILE")
@click.option(
    "--test",
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE",
    help="What to judge by (default: a fifth of FILE is held out).",
)
@click.option(
    "--strategy",
    "-s",
    "strategies",
    multiple=True,
    metavar="NAME",
    help="What to try beside the baselines; may be given again (default: the default strategy).",
)
@click.option(
    "--seeds", default=5, show_default=True, type=click.IntRange(1, 100), help="Repetitions."
)
@click.option(
    "--successor",
    default="linear",
    show_default=True,
    type=click.Choice(["linear", "builtin", "rasa"]),
    help="What learns: a linear model on the vectors, the built-in model, or the bot's pipeline.",
)
@click.option(
    "--encoder", metavar="SPEC", help="What makes the vectors (default: the bot's, else tfidf)."
)
@click.option(
    "--start", default=2, show_default=True, type=click.IntRange(1), help="Labels an intent given."
)
@click.option("--batch", default=50, show_default=True, type=click.IntRange(1), help="Batch size.")
@click.option("--budget", type=click.IntRange(1), metavar="N", help="Labels to buy at most.")
@click.option("--macro", is_flag=True, help="Judge by the mean over intents: rare ones count.")
@click.option("--out-of-scope", metavar="INTENT", help="The label of texts that fit no intent.")
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("simulation"),
    show_default=True,
    help="Folder of the curves; a simulation that was stopped goes on from there.",
)
@click.option(
    "--project",
    "-p",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The bot's folder (default: the one you are in, if it is one).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    labelled: Path,
    test: Path | None,
    strategies: tuple[str, ...],
    seeds: int,
    successor: str,
    encoder: str | None,
    start: int,
    batch: int,
    budget: int | None,
    macro: bool,
    out_of_scope: str | None,
    output: Path,
    project: Path | None,
    as_json: bool,
) -> None:
    """Measure what a strategy is worth on labelled texts, as if their labels had to be bought.

    FILE is training data in any format that `export` knows, or a folder of Rasa's. Every strategy
    starts from the same few labels and buys the others batch by batch; random draws, plain and
    stratified by intent, are always in it. Curves go to a PNG and a page, with the extra `plots`.

    Example:

        intent-al simulate data/nlu.yml --strategy margin --seeds 3 --budget 500
    """
    from intent_al.encoders.registry import open_encoder
    from intent_al.engines.registry import open_trainer, trainable
    from intent_al.simulation.data import read_task
    from intent_al.simulation.loop import Plan
    from intent_al.simulation.run import UNLESS_TOLD, Simulation, open_bench, simulate

    of_bot = successor in trainable()
    bot = _find_bot(project, needed=of_bot)
    plan = Plan(start, batch, budget, macro=macro)
    wanted = Simulation(strategies or UNLESS_TOLD, tuple(range(seeds)), plan, successor)
    task = read_task(labelled, test, out_of_scope=out_of_scope)
    spec = encoder or (bot.settings.select.encoder if bot else "tfidf")
    folder = bot.root if bot and not encoder else Path.cwd()
    opened = open_encoder(spec, task.texts, folder=folder)
    with ExitStack() as stack:
        trainer = None
        if of_bot:
            assert bot is not None
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="intent-al-")))
            trainer = stack.enter_context(closing(open_trainer(successor, bot, scratch)))
        with progress_bar("encode", disabled=as_json):
            vectors, tests = opened.encode(task.texts), opened.encode(task.tests)
        bench = open_bench(task, vectors, tests, successor, trainer)
        update = stack.enter_context(progress_bar("arms", disabled=as_json))
        result = simulate(bench, wanted, output, encoder=opened.encoder_id, progress=update)
    written = _write(result, output, labelled.name, spec)
    console = plain_console()
    show_result(
        as_data(result, written), lambda out: show(result, written, out), console, as_json=as_json
    )


def _find_bot(named: Path | None, *, needed: bool) -> Project | None:
    from intent_al.errors import ConfigError
    from intent_al.project.config import find_project

    try:
        return find_project(named)
    except ConfigError:
        if needed or named is not None:
            raise
        return None


def _write(result: Result, folder: Path, title: str, encoder: str) -> list[Path]:
    """The picture and the page; nothing where matplotlib is not installed."""
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        return []
    from intent_al.simulation import curves, page
    from intent_al.system.durable import replace_file

    title = f"What a label is worth: {title}"
    replace_file(folder / CURVES, curves.draw(result, "png", title=title))
    source = page.html(result, title=title, encoder=encoder)
    replace_file(folder / PAGE, source.encode("utf-8", "replace"))
    return [folder / CURVES, folder / PAGE]


def as_data(result: Result, written: list[Path]) -> dict[str, Any]:
    plan = result.simulation.plan
    return {
        "pool": result.pool,
        "tests": result.tests,
        "intents": result.intents,
        "full": result.full,
        "strategies": [
            {
                "strategy": one.strategy,
                "labels": {f"{share:.0%}": one.labels[share] for share in one.labels},
                "ratios": {f"{share:.0%}": one.ratios[share] for share in one.ratios},
                "mean_accuracy": one.area,
                "ahead_of_random": one.ahead,
                "worse_than_random": one.worse,
                "seconds": one.seconds,
                "memory": one.memory,
                "curves": {
                    str(seed): [[step.bought, step.judged(plan)] for step in steps]
                    for seed, steps in result.curves[one.strategy].items()
                },
            }
            for one in result.summaries
        ],
        "written": [str(path) for path in written],
    }


def show(result: Result, written: list[Path], console: Console) -> None:
    console.print(table(result))
    console.print(
        f"Labels are bought beyond the first {result.simulation.plan.start} of each intent; "
        f"all {result.pool:,} give {result.full:.1%}. In brackets: over random.",
        style="dim",
    )
    for path in written:
        console.print(str(path), soft_wrap=True)
    if not written:
        console.print("no curves are drawn: pip install intent-al[plots]", style="dim")


def table(result: Result) -> Table:
    from intent_al.simulation.page import points
    from intent_al.simulation.summary import SHARES

    seeds = len(result.simulation.seeds)
    found = Table(
        title=f"Labels to a share of full accuracy, mean of {seeds} seeds", title_justify="left"
    )
    found.add_column("strategy", no_wrap=True)
    for title in (*(f"{share:.0%}" for share in SHARES), "ahead", "s a batch"):
        found.add_column(title, justify="right")
    for row in result.summaries:
        cells = [_labels(row, share) for share in SHARES]
        style = "red" if row.worse else ""
        found.add_row(row.strategy, *cells, points(row.ahead), f"{row.seconds:.2f}", style=style)
    return found


def _labels(row: Summary, share: float) -> str:
    labels, ratio = row.labels[share], row.ratios[share]
    if labels is None:
        return "-"
    return f"{labels.mean:,.0f}" + ("" if ratio is None else f" ({ratio:.2f})")
