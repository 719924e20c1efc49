"""``intent-al apply``"""

from __future__ import annotations

import dataclasses

import click
from rich.console import Console
from rich.text import Text

from intent_al.cli.plain import visible
from intent_al.cli.session import Session, with_session
from intent_al.stages.apply import ApplyReport


@click.command("apply")
@click.option("--dry-run", is_flag=True, help="Show the diff and write nothing.")
@with_session
def command(session: Session, dry_run: bool) -> None:
    """Write the decisions into the bot's training data.

    Lines are inserted in the right blocks and every other byte stays. The result is read back
    before it replaces anything; all files change together or none does.

    Example:

        intent-al apply --dry-run
    """
    report = session.workspace.apply(dry_run=dry_run)
    session.result(dataclasses.asdict(report), lambda console: show(report, console, dry_run))


def show(report: ApplyReport, console: Console, dry_run: bool = False) -> None:
    console.print(coloured_diff(report.diff), end="", soft_wrap=True)
    total = sum(report.added.values())
    if report.written or (dry_run and total):
        verb = "would be added" if dry_run else "added"
        console.print(
            f"{total} examples {verb} to {len(report.added)} intents in {', '.join(report.files)}"
        )
    else:
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


def coloured_diff(diff: str) -> Text:
    """A unified diff in colours; its text stays what it is, control characters aside."""
    styles = {"+": "green", "-": "red", "@": "cyan"}
    text = Text()
    for line in diff.split("\n"):
        bold = line.startswith(("+++", "---"))
        text.append(visible(line) + "\n", "bold" if bold else styles.get(line[:1], ""))
    text.right_crop(1)
    return text
