"""``intent-al schedule``"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import orjson

from intent_al.cli.session import ProjectSession, warn, with_project
from intent_al.jobs.announced_cycle import announced_cycle
from intent_al.jobs.cycle import NOTHING
from intent_al.jobs.intake import intake
from intent_al.jobs.schedule import Job, Told, serve, trigger_of
from intent_al.project.config import Project
from intent_al.project.settings import CYCLE_APPLY
from intent_al.system import processes
from intent_al.system.priority import step_back
from intent_al.texts.plain import visible
from intent_al.workspace import Workspace


@click.command("schedule")
@click.option("--intake", "intake_every", metavar="INTERVAL", help="See [schedule] intake.")
@click.option("--cycle", "cycle_every", metavar="INTERVAL", help="See [schedule] cycle.")
@click.option("--engine", type=click.Choice(["builtin", "rasa"]), help="Who a cycle trains.")
@click.option("--apply", "how", type=click.Choice(CYCLE_APPLY), help="See [cycle] apply.")
@with_project
def command(
    session: ProjectSession,
    intake_every: str | None,
    cycle_every: str | None,
    engine: str | None,
    how: str | None,
) -> None:
    """Run intake and cycle by the clock, for those who have no scheduler.

    Intervals are `30 seconds`, `5 minutes`, `1 day`, a line of a crontab such as `0 3 * * 1`, or
    `never`; from 5 seconds to a week. A training never stops the logs, and a job that fails is said
    in one line and tried again. Ends with SIGTERM or ctrl-C; what was done so far is kept.

    Example:

        intent-al schedule --intake "1 minute" --cycle "0 3 * * *" --engine rasa
    """
    project = session.project
    settings = project.settings.schedule
    planned = [
        Job("intake", intake_every or settings.intake, lambda: _intake(project), at_once=True),
        Job("cycle", cycle_every or settings.cycle, lambda: _cycle(project, engine, how)),
    ]
    for job in planned:
        trigger_of(job.every, f"--{job.name}")
    step_back()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    tell = _teller(session.as_json)
    serve(planned, tell, stop, before_end=processes.end_all)


def _intake(project: Project) -> str | None:
    with Workspace(project) as workspace:
        report = intake(workspace, _no_bar)
    news, items = report.pulled.turns, len(report.selected.items)
    return f"{news:,} new user turns, {items} utterances to review" if news or items else None


def _cycle(project: Project, engine: str | None, how: str | None) -> str | None:
    with Workspace(project) as workspace:
        report = announced_cycle(workspace, _no_bar, warn, engine=engine, apply=how)
    return None if report.outcome == NOTHING else f"{report.outcome}: {report.reason}"


@contextmanager
def _no_bar(title: str) -> Iterator[Callable[[int, int | None], None]]:
    yield lambda done, total: None


def _teller(as_json: bool) -> Callable[[Told], None]:
    def tell(told: Told) -> None:
        if as_json:
            data: dict[str, Any] = {
                "at": told.at,
                "job": told.job,
                "failed": told.failed,
                "line": told.line,
            }
            click.echo(orjson.dumps(data).decode())
            return
        clock = time.strftime("%H:%M:%S", time.localtime(told.at))
        click.echo(f"{clock} {told.job}: {visible(told.line)}", err=told.failed)

    return tell
