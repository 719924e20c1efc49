"""What ``intent-al gate`` shows besides the figures: which answers changed, and what broke."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from intent_al.evaluation.comparison import ChangedAnswer, Changes, SetFigures
from intent_al.stages.gate import GateReport, StoryFigures
from intent_al.texts.plain import shortened, visible

SHOWN = 10
"""Changed answers in the terminal; ``intent-al report`` lists more of them."""
READABLE, AROUND = 48, 4
"""Characters: what a text needs at least beside its change, and what stands around both."""
WRONG, RIGHT, UNSURE = "red", "green", "dim"


def show_broken(report: GateReport, console: Console) -> None:
    """Intents past their limit, in one line each."""
    if report.limits is None or not report.broken:
        return
    for row in report.broken:
        words = (
            f"{shortened(row.intent, 40)} lost {row.before - row.after:.2f} of F1 on "
            f"{row.support:,} items; it may lose {report.limits.intent_tolerance:.2f}"
        )
        console.print(Text(words, style=f"bold {WRONG}"))
    console.print()


def show_changes(changes: Changes, console: Console) -> None:
    """The first answers that changed; what is wrong now, and was right, before all others."""
    if not changes.answers:
        return
    console.print(Text.assemble(("Changed answers", "bold"), f": {_counts(changes)}"))
    shown = [(answer, _change(answer)) for answer in changes.answers[:SHOWN]]
    beside = console.width - AROUND - max(change.cell_len for _, change in shown)
    for answer, change in shown:
        text = Text(visible(answer.text))
        one_line = beside >= READABLE
        text.truncate(
            beside - 1 if one_line else console.width - AROUND, overflow="ellipsis", pad=one_line
        )
        between = " " if one_line else "\n     "
        line = Text.assemble(" ", _sign(answer), " ", text, between, change)
        console.print(line, soft_wrap=False)
    rest = changes.newly_wrong + changes.newly_right + changes.wrong_otherwise - SHOWN
    if rest > 0:
        console.print(f" {rest:,} more: `intent-al report` shows them", style="dim")
    console.print()


def _counts(changes: Changes) -> str:
    return (
        f"{changes.newly_wrong:,} newly wrong, {changes.newly_right:,} newly right, "
        f"{changes.wrong_otherwise:,} wrong in another way"
    )


def _sign(answer: ChangedAnswer) -> tuple[str, str]:
    if answer.right_after:
        return "✓", RIGHT
    return "✗", WRONG if answer.right_before else UNSURE


def _change(answer: ChangedAnswer) -> Text:
    change = Text.assemble(
        _said(answer.before, answer.confidence_before, answer.right_before),
        " → ",
        _said(answer.after, answer.confidence_after, answer.right_after),
    )
    if not (answer.right_before or answer.right_after):
        change.append(f", not {shortened(answer.intent, 20)}", UNSURE)
    return change


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
        console.print(Text(f"  ✗ {shortened(name, 70)}", style=UNSURE))
