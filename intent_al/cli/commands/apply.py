"""``intent-al apply``"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from intent_al import steps
from intent_al.cli.output import applied
from intent_al.cli.session import CommandSession, with_session
from intent_al.stages.apply import Mode


@click.command("apply")
@click.option("--dry-run", is_flag=True, help="Show the diff and write nothing.")
@click.option("--commit", is_flag=True, help="Commit on a new branch; your files stay as they are.")
@click.option(
    "--patch",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a patch to this file; your files stay as they are.",
)
@click.option("--allow-dirty", is_flag=True, help="Change files with uncommitted changes, too.")
@with_session
def command(
    session: CommandSession, dry_run: bool, commit: bool, patch: Path | None, allow_dirty: bool
) -> None:
    """Write the decisions into the bot's training data.

    Lines are inserted in the right blocks and every other byte stays. The result is read back and
    tried in a scratch copy before it replaces anything; all files change together or none does.
    What was decided otherwise since it was applied is moved, changed or taken out.

    With --commit or --patch the change only waits, on a branch or in a file, until somebody has
    looked at it. Nothing is ever pushed.

    Example:

        intent-al apply --dry-run
    """
    if commit and patch is not None:
        raise click.UsageError("--commit and --patch are two ways; choose one")
    mode = Mode(dry_run, commit, patch and patch.absolute(), allow_dirty)
    report = steps.apply(session.workspace, mode)
    session.result(
        dataclasses.asdict(report), lambda console: applied.show(report, console, dry_run)
    )
