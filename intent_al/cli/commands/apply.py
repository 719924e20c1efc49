"""``intent-al apply``"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from intent_al.cli.session import Session, with_session
from intent_al.stages.apply import ApplyReport, Mode
from intent_al.texts.plain import visible


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
    session: Session, dry_run: bool, commit: bool, patch: Path | None, allow_dirty: bool
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
    report = session.workspace.apply(mode)
    session.result(dataclasses.asdict(report), lambda console: show(report, console, dry_run))


def show(report: ApplyReport, console: Console, dry_run: bool = False) -> None:
    console.print(coloured_diff(report.diff), end="", soft_wrap=True)
    total = sum(report.added.values())
    would = "would be " if dry_run else ""
    names = ", ".join(report.files)
    if report.proposal:
        console.print(f"in {visible(report.proposal)}, while your files are as they were:")
    if total:
        console.print(f"{total} examples {would}added to {len(report.added)} intents in {names}")
    for count, word in (
        (report.moved, "moved to another intent"),
        (report.changed, "changed"),
        (report.deleted, "taken out"),
    ):
        if count:
            console.print(f"{count} examples {would}{word}, because they were decided anew")
    if not report.files:
        console.print("nothing to write")
    if report.present:
        console.print(f"  {report.present} stand in the training data already")
    for intent, count in report.staged.items():
        console.print(f"  staged: {intent} has {count} examples, too few yet")
    for item in report.conflicts:
        console.print(f"  conflict: {visible(item.text)!r} {visible(item.reason)}")
    for item in report.left_out:
        console.print(f"  left out: {visible(item.text)!r}: {visible(item.reason)}")
    for note in report.notes:
        console.print(f"  note: {visible(note)}")
    if report.unapproved:
        console.print(
            f"  {report.unapproved} decisions wait for a second person, who approves them on the"
            " review page: `intent-al serve`"
        )
    for place in report.waiting:
        console.print(f"  waiting: an earlier apply is in {visible(place)} until it is merged")
    if report.written:
        console.print("  `intent-al undo` takes this back")


def coloured_diff(diff: str) -> Text:
    """A unified diff in colours; its text stays what it is, control characters aside."""
    styles = {"+": "green", "-": "red", "@": "cyan"}
    text = Text()
    for line in diff.split("\n"):
        bold = line.startswith(("+++", "---"))
        text.append(visible(line) + "\n", "bold" if bold else styles.get(line[:1], ""))
    text.right_crop(1)
    return text
