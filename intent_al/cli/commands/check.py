"""``intent-al check``"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from intent_al.check import CheckAnswer, CheckReport, State, check, kept, report
from intent_al.check.waiting import TOKEN, ServerQuestion, WaitingDecisions
from intent_al.cli.session import ProjectSession, with_project
from intent_al.errors import FindingsError
from intent_al.project.config import Project
from intent_al.project.settings import UNGATED
from intent_al.texts.plain import visible
from intent_al.training_data.lint.findings import Finding

FIRST = 3
"""Findings shown of each question, so that all questions fit on one screen."""
LONGEST = 400
WIDTH = 17
STYLES = {State.OK: "green", State.WARNING: "yellow", State.FAILED: "bold red"}
MARKS = {State.OK: ("✓", "+"), State.WARNING: ("!", "!"), State.FAILED: ("✗", "x")}
"""The second is for terminals and logs that are not in UTF-8."""


@click.command("check")
@click.option("--ungated", type=click.Choice(UNGATED), help="In place of [check] ungated.")
@click.option("--all", "everything", is_flag=True, help="Show all findings, not the first ones.")
@click.option(
    "--cache",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the result in this file (default: .intent-al/check.json where .intent-al exists).",
)
@click.option("--no-cache", is_flag=True, help="Neither read nor keep a result.")
@with_project
def command(
    session: ProjectSession,
    ungated: str | None,
    everything: bool,
    cache: Path | None,
    no_cache: bool,
) -> None:
    """Fail the build when the bot's files must not be shipped.

    Reads the bot's files and the ledger among them, needs no database, and changes nothing. Exit
    code 12: errors of lint, applied changes that were lost, personal data that nobody allowed, or
    training data that did not pass the gate.

    Example:

        intent-al check --ungated warning
    """
    if cache is not None and no_cache:
        raise click.UsageError("--cache and --no-cache exclude each other; give one of them")
    project = session.project
    if ungated is not None:
        settings = project.settings
        own = replace(settings.check, ungated=ungated)
        project = replace(project, settings=replace(settings, check=own))
    asked = ServerQuestion(project.settings.check.server, os.environ.get(TOKEN, ""))
    found = check(project, None if no_cache else cache or _usual_cache(project))
    if found.note and cache is not None:
        click.echo(f"intent-al: {visible(found.note)}", err=True)
    waiting = asked.result()
    session.result(
        _plain(project, found, waiting),
        lambda console: show(found, waiting, console, None if everything else FIRST),
    )
    if found.passed:
        return
    if session.as_json:
        click.echo(f"intent-al: {_verdict(found)}", err=True)
    click.get_current_context().exit(FindingsError.exit_code)


def _usual_cache(project: Project) -> Path | None:
    return project.state / kept.FILE if project.state.is_dir() else None


def _plain(project: Project, found: CheckReport, waiting: WaitingDecisions) -> dict[str, Any]:
    answers = report.to_plain(found)
    for one in answers:
        one["summary"] = visible(one["summary"])
        for finding in one["findings"]:
            finding["message"] = visible(finding["message"])
            for place in (finding, *finding["related"]):
                place["file"] = visible(place["file"])
    known = {"decisions": waiting.decisions, "oldest_seconds": waiting.oldest_seconds}
    return {
        "project": visible(str(project.root)),
        "passed": found.passed,
        "failed": found.failed,
        "unchanged": found.unchanged,
        "questions": answers,
        "waiting": {"unknown": visible(waiting.unknown)} if waiting.unknown else known,
    }


def show(
    found: CheckReport, waiting: WaitingDecisions, console: Console, first: int | None
) -> None:
    """A line for each question, and under it its first findings."""
    plain = 0 if (console.encoding or "").lower().startswith("utf") else 1
    for one in (*found.answers, waiting.answer()):
        console.print(MARKS[one.state][plain], style=STYLES[one.state], end=" ")
        console.print(f"{one.question:{WIDTH}}{visible(one.summary)}")
        for line in _lines(one, first):
            console.print(f"  {line}", style="" if one.state is State.FAILED else "dim")
    since = " (nothing changed since the last check)" if found.unchanged else ""
    style = STYLES[State.OK if found.passed else State.FAILED]
    console.print(f"{_verdict(found)}{since}", style=style)


def _lines(one: CheckAnswer, first: int | None) -> Iterator[str]:
    shown = one.findings[:first]
    yield from map(_line, shown)
    left = len(one.findings) - len(shown)
    if left:
        hint = "intent-al lint" if one.question == "lint" else "intent-al check --all"
        yield f"and {left:,} more ({hint} shows all)"


def _line(finding: Finding) -> str:
    place = finding.place
    where = f"{place.path.as_posix()}:{place.line}" + (f":{place.column}" if place.column else "")
    message = visible(finding.message)
    if len(message) > LONGEST:
        message = message[: LONGEST - 1] + "…"
    return f"{visible(where)}: {finding.severity.value}: {message} [{finding.rule}]"


def _verdict(found: CheckReport) -> str:
    if found.passed:
        return "fine"
    return f"must not be shipped, because of {', '.join(found.failed)}"
