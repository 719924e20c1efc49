"""What a pull did, for people and for programs."""

from __future__ import annotations

from rich.console import Console

from intent_al.stages.pull import PullReport
from intent_al.texts.plain import visible


def as_data(report: PullReport) -> dict[str, object]:
    return {
        "records": report.read,
        "events": report.events,
        "user_turns": report.turns,
        "skipped": report.skipped_count,
        "skipped_first": [item._asdict() for item in report.skipped],
        "masked": dict(report.masked),
    }


def show(report: PullReport, console: Console) -> None:
    masked = ", ".join(f"{count} {rule}" for rule, count in report.masked.most_common())
    console.print(
        f"{report.events:,} new events, {report.turns:,} user turns"
        f" (personal data replaced: {masked or 'none'})"
    )
    for item in report.skipped[:5]:
        console.print(f"  skipped {visible(item.source_id)}: {visible(item.reason)}")
    if report.skipped_count > 5:
        console.print(f"  ... {report.skipped_count - 5:,} more skipped")
