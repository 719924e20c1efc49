"""What an apply wrote, for people."""

from __future__ import annotations

from rich.console import Console

from intent_al.cli.output.diff import coloured_diff
from intent_al.stages.apply import ApplyReport
from intent_al.texts.plain import visible


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
