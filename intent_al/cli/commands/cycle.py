"""``intent-al cycle``"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from intent_al.cli.output import applied, judged
from intent_al.cli.session import CommandSession, warn, with_session
from intent_al.errors import GateInconclusive, GateRefused, NothingToDo
from intent_al.jobs.announced_cycle import announced_cycle
from intent_al.jobs.cycle import NOTHING, PROMOTED, CycleReport
from intent_al.project.settings import CYCLE_APPLY
from intent_al.stages.gate import INCONCLUSIVE, REFUSED, figures
from intent_al.texts.plain import visible

CODES = {
    PROMOTED: 0,
    NOTHING: NothingToDo.exit_code,
    REFUSED: GateRefused.exit_code,
    INCONCLUSIVE: GateInconclusive.exit_code,
}
STYLES = {PROMOTED: "bold green", REFUSED: "bold red", NOTHING: "dim"}


@click.command("cycle")
@click.option(
    "--engine", type=click.Choice(["builtin", "rasa"]), help="Who is trained: see [model] engine."
)
@click.option(
    "--apply",
    "how",
    type=click.Choice(CYCLE_APPLY),
    help="What to do with decisions that wait, after the gate: see [cycle] apply.",
)
@click.option("--force", is_flag=True, help="Train even if there is nothing new.")
@with_session
def command(session: CommandSession, engine: str | None, how: str | None, force: bool) -> None:
    """Retrain, gate, apply and promote, when there is enough to learn from.

    For a scheduled job: it can be killed at any step, and the next run goes on from there. A
    candidate is trained from a copy of the bot's files; files and live model change only after it
    has passed the gate. Exit codes: 0 promoted, 13 nothing to do, 10 refused, 11 inconclusive, 7
    another cycle is running, any other failed.

    Example:

        intent-al cycle --engine rasa --apply write
    """
    report = announced_cycle(
        session.workspace, session.progress, warn, engine=engine, apply=how, force=force
    )
    session.result(as_data(report), lambda console: show(report, console))
    click.get_current_context().exit(CODES[report.outcome])


def as_data(report: CycleReport) -> dict[str, Any]:
    data = {field.name: getattr(report, field.name) for field in dataclasses.fields(CycleReport)}
    return {
        name: figures(value) if name == "gated" and value is not None else _plain(value)
        for name, value in data.items()
    }


def _plain(value: Any) -> Any:
    known = dataclasses.is_dataclass(value) and not isinstance(value, type)
    return dataclasses.asdict(value) if known else value


def show(report: CycleReport, console: Console) -> None:
    if report.retrained is not None:
        made = report.retrained
        word = f"trained in {made.seconds:.0f} s" if made.trained else "trained before"
        console.print(
            f"candidate {made.model}: {made.examples:,} examples, {made.intents} intents, {word}"
        )
    if report.gated is not None:
        judged.show(report.gated, console)
    if report.applied is not None:
        applied.show(report.applied, console)
    if report.promoted is not None and report.promoted.archive:
        live = report.promoted
        where = f", and {visible(live.server)} serves it" if live.server else ""
        console.print(f"{Path(live.archive or '').name} is live{where}")
    if report.predicted is not None and report.retired is not None:
        console.print(
            f"{report.predicted.predicted:,} utterances predicted anew, "
            f"{report.retired.retired} left the queue: the new model is sure of them"
        )
    said = f": {visible(report.reason)}" if report.gated is None else ""  # the gate has said why
    console.print(f"{report.outcome}{said}", style=STYLES.get(report.outcome, "bold yellow"))
