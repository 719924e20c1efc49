"""What ``intent-al gate`` shows besides the figures: which answers changed, and what broke."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from intent_al.cli.plain import shortened, visible
from intent_al.evaluation.comparison import ChangedAnswer, Changes, SetFigures
from intent_al.stages.gate import GateReport, StoryFigures

SHOWN = 10
"""Changed answers in the terminal; ``intent-al report`` lists more of them."""
ONE_LINE, CHANGE, BORDER = 120, 60, 4
"""Characters: of a terminal that has room for both, of what changed, and of what stands around."""
WRONG, RIGHT, UNSURE = "red", "green", "dim"


def show_broken(report: GateReport, console: Console) -> None:
    """Intents past their limit, in one line each."""
    for row in report.broken:
        console.print(
            f"{visible(row.intent)} lost {row.before - row.after:.2f} of F1 on {row.support} items,"
            " more than [gate] intent_tolerance",
            style=f"bold {WRONG}",
        )
    if report.broken:
        console.print()


def show_changes(changes: Changes, console: Console) -> None:
    """The first answers that changed; what is wrong now, and was right, before all others."""
    if not changes.answers:
        return
    console.print(Text.assemble(("Changed answers", "bold"), f": {_counts(changes)}"))
    for answer in changes.answers[:SHOWN]:
        console.print(_answer(answer, console.width), soft_wrap=False)
    rest = changes.newly_wrong + changes.newly_right + changes.wrong_otherwise - SHOWN
    if rest > 0:
        console.print(f" {rest:,} more: `intent-al report` shows them", style="dim")
    console.print()


def _counts(changes: Changes) -> str:
    return (
        f"{changes.newly_wrong:,} newly wrong, {changes.newly_right:,} newly right, "
        f"{changes.wrong_otherwise:,} wrong in another way"
    )


def _answer(answer: ChangedAnswer, width: int) -> Text:
    """One line where a text of some length still fits beside what was answered, else two."""
    sign = ("✓", RIGHT) if answer.right_after else ("✗", WRONG if answer.right_before else UNSURE)
    change = Text.assemble(
        _said(answer.before, answer.confidence_before, answer.right_before),
        " → ",
        _said(answer.after, answer.confidence_after, answer.right_after),
    )
    if not (answer.right_before or answer.right_after):
        change.append(f", not {shortened(answer.intent, 20)}", UNSURE)
    beside = width - BORDER
    if width >= ONE_LINE:
        text = shortened(answer.text, beside - CHANGE).ljust(beside - CHANGE)
        return Text.assemble(" ", sign, f" {text} ", change)
    return Text.assemble(" ", sign, f" {shortened(answer.text, beside)}\n     ", change)


def _said(intent: str, confidence: float, right: bool) -> tuple[str, str]:
    return f"{shortened(intent, 22)} {confidence:.2f}", RIGHT if right else WRONG


def show_calibration(row: SetFigures, console: Console) -> None:
    before, after = row.calibration_before, row.calibration_after
    if before is None or after is None:
        return
    console.print(
        f" confidence {before.confidence:.2f} → {after.confidence:.2f},"
        f" calibration error {before.error:.2f} → {after.error:.2f},"
        f" log loss {before.log_loss:.2f} → {after.log_loss:.2f}"
    )


def show_stories(stories: StoryFigures | None, console: Console) -> None:
    if stories is None:
        return
    console.print(
        f" test stories {stories.total:,}, failed {stories.failed_before:,} → "
        f"{stories.failed_after:,}",
        style=WRONG if stories.failed_after > stories.failed_before else None,
    )
    for name in stories.failed[:SHOWN]:
        console.print(f"  ✗ {shortened(name, 70)}", style=UNSURE)
