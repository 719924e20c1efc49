"""``intent-al undo``"""

from __future__ import annotations

import dataclasses

import click
from rich.console import Console

from intent_al import steps
from intent_al.cli.output.diff import coloured_diff
from intent_al.cli.session import CommandSession, with_session
from intent_al.stages.apply import UndoReport
from intent_al.texts.plain import visible


@click.command("undo")
@click.option("--dry-run", is_flag=True, help="Show the diff and write nothing.")
@with_session
def command(session: CommandSession, dry_run: bool) -> None:
    """Take the last apply or edit back.

    Its lines leave the files, also where other lines were edited since; where its own lines were
    edited, nothing happens. Its decisions wait again. Called again, it takes back the one before.

    Example:

        intent-al undo --dry-run
    """
    report = steps.undo(session.workspace, dry_run=dry_run)
    session.result(dataclasses.asdict(report), lambda console: show(report, console, dry_run))


def show(report: UndoReport, console: Console, dry_run: bool) -> None:
    console.print(coloured_diff(report.diff), end="", soft_wrap=True)
    verb = "would be taken back" if dry_run else "taken back"
    names = f" in {', '.join(report.files)}" if report.files else ""
    console.print(f"{verb}: {visible(report.what)}{names}")
    if report.decisions:
        wait = "would wait" if dry_run else "wait"
        console.print(f"  {report.decisions} decisions {wait} again: revise them, then apply")
