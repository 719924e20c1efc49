"""What a prediction did, for people and for programs."""

from __future__ import annotations

from rich.console import Console

from intent_al.evaluation.calibration import Bin
from intent_al.stages.predict import PredictReport


def as_data(report: PredictReport) -> dict[str, object]:
    return {
        "model": report.model,
        "predicted": report.predicted,
        "seconds": report.seconds,
        "temperature": report.temperature,
        "calibration": None if report.calibration is None else report.calibration.as_data(),
    }


def show(report: PredictReport, console: Console) -> None:
    console.print(f"{report.predicted:,} utterances predicted by {report.model}")
    fitted = report.calibration
    if fitted is None:
        return
    console.print(
        f"  calibrated on {fitted.items:,} held-out texts: temperature {fitted.temperature:.2f}, "
        f"calibration error {fitted.before.error:.3f} → {fitted.after.error:.3f}"
    )
    for before, after in zip(fitted.before.bins, fitted.after.bins, strict=True):
        if before.count or after.count:
            console.print(_bar(before) + "  →  " + _bar(after), style="dim")


def _bar(one: Bin) -> str:
    """One row of the reliability diagram: how sure, how often right, how many texts."""
    if not one.count:
        return " " * 44
    drawn = "█" * round(one.accuracy * 20)
    return f"  {one.confidence:4.2f} sure, {one.accuracy:4.2f} right {drawn:<20}{one.count:5}"
