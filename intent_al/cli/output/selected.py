"""What a selection chose, for people and for programs."""

from __future__ import annotations

from rich.console import Console

from intent_al.stages.select import SelectReport


def as_data(report: SelectReport) -> dict[str, object]:
    return {
        "batch": report.batch,
        "candidates": report.candidates,
        "left_out": dict(report.left_out),
        "items": [item._asdict() for item in report.items],
    }


def show(report: SelectReport, console: Console) -> None:
    if report.batch is None:
        console.print("nothing to ask: no utterance is left that would teach the bot something")
        return
    audit = sum(item.quota == "audit" for item in report.items)
    drawn = f", and {audit} were drawn at random as audit sample" if audit else ""
    console.print(
        f"{len(report.items) - audit} of {report.candidates:,} utterances were chosen{drawn};"
        " answer them with `intent-al review`"
    )
    for reason, count in report.left_out.items():
        if count:
            console.print(f"  left out: {count:,} {reason}")
