"""``intent-al report``"""

from __future__ import annotations

from pathlib import Path

import click

from intent_al import reports
from intent_al.cli.session import CommandSession, with_session
from intent_al.texts.plain import visible


@click.command("report")
@click.option("--run", type=click.IntRange(min=1), metavar="N", help="The run (default: the last).")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to (default: .intent-al/reports/run-N.html); JSON where it ends in .json.",
)
@with_session
def command(session: CommandSession, run: int | None, output: Path | None) -> None:
    """Write what the last verdict rests on into one HTML file.

    Figures before and after, every intent, the confusions, how honest the confidences are, which
    answers changed, and which decisions the candidate has learned from. The file needs no network
    and no script; texts in it are masked as in the database. --json prints the same for programs,
    and writes a file only with --output.

    Example:

        intent-al report --output report.html
    """
    workspace = session.workspace
    found = reports.report(workspace.store, workspace.bot, run)
    path = output
    if path is None and not session.as_json:
        path = reports.default_path(workspace.project.state, found.judged.run)
    if path is not None:
        reports.save(found, path)
    session.result(
        reports.as_json(found), lambda console: console.print(visible(str(path)), soft_wrap=True)
    )
