"""``intent-al insights``"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from intent_al.cli.session import CommandSession, with_session
from intent_al.texts.plain import shortened, visible

if TYPE_CHECKING:
    from intent_al.insights import Insights
    from intent_al.insights.stopping import Share, Stopping

TEXT_SHOWN = 90
_BARS = "▁▂▃▄▅▆▇█"
_ARROWS = {"rising": "↑", "falling": "↓", "steady": "→"}


@click.command("insights")
@click.option(
    "--days",
    default=30,
    show_default=True,
    type=click.IntRange(1),
    help="Days that are looked at, up to the newest message.",
)
@click.option(
    "--limit", "-n", default=10, show_default=True, type=click.IntRange(1), help="Rows of a part."
)
@click.option(
    "--only",
    "parts",
    multiple=True,
    type=click.Choice(["gaps", "questions", "conversations", "labels", "stopping"]),
    help="One part; may be given again (default: all).",
)
@with_session
def command(session: CommandSession, days: int, limit: int, parts: tuple[str, ...]) -> None:
    """What the conversations say that no single utterance does, for a weekly look.

    Content gaps: groups of messages that fit no intent, with a name from their own words. The most
    asked questions. Conversations that went badly. Examples whose label is probably wrong. And what
    tells whether it is worth going on. Nothing is decided or changed.

    Example:

        intent-al insights --only gaps --days 7
    """
    from intent_al import insights

    found = insights.gather(
        session.workspace, days=days, limit=limit, parts=parts or insights.PARTS
    )
    session.result(dataclasses.asdict(found), lambda console: show(found, console))


def show(found: Insights, console: Console) -> None:
    when = "of all time"
    if found.since is not None and found.until is not None:
        when = f"from {found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}"
    console.print(f"{found.messages:,} messages of {found.people:,} people {when}")
    if found.gaps is not None:
        _gaps(found, console)
    if found.questions is not None:
        _questions(found, console)
    if found.conversations is not None:
        _conversations(found, console)
    if found.labels is not None:
        _labels(found, console)
    if found.stopping is not None:
        _stopping(found.stopping, console)


def _gaps(found: Insights, console: Console) -> None:
    table = _table("What no intent is for")
    for name in ("people", "said", "trend"):
        table.add_column(name, justify="right")
    table.add_column("a name for it, and how it is said", overflow="fold")
    for gap in found.gaps or ():
        words = Text.assemble((visible(gap.name), "bold"), f", nearest: {visible(gap.nearest)}")
        for text in gap.typical:
            words.append("\n").append_text(_quiet(text))
        table.add_row(f"{gap.people:,}", f"{gap.messages:,}", _trend(gap.periods, gap.trend), words)
    _print(table, console, "no group of ten messages that fits no intent")


def _questions(found: Insights, console: Console) -> None:
    table = _table("Asked most")
    for name in ("people", "said", "trend"):
        table.add_column(name, justify="right")
    table.add_column("question, and what the model makes of it", overflow="fold")
    for one in found.questions or ():
        intent = "not predicted yet"
        if one.intent is not None and one.probability is not None:
            intent = f"{visible(one.intent)} {one.probability:.0%}"
        words = Text.assemble(shortened(one.text, TEXT_SHOWN), "  ", (intent, "dim"))
        table.add_row(f"{one.people:,}", f"{one.messages:,}", _trend(one.periods, one.trend), words)
    _print(table, console, "no question")


def _conversations(found: Insights, console: Console) -> None:
    all_of_them = found.conversations
    assert all_of_them is not None
    table = _table("Conversations that went badly")
    table.add_column("number", justify="right")
    table.add_column("turns", justify="right")
    table.add_column("what happened, after what", overflow="fold")
    for one in all_of_them.worst:
        happened = ", ".join(f"{name} {count}" for name, count in one.signals.items())
        words = Text.assemble(happened, "\n").append_text(_quiet(one.first))
        table.add_row(str(one.conversation), f"{one.turns:,}", words)
    _print(table, console, "none")
    shares = ", ".join(f"{name} {count:,}" for name, count in all_of_them.with_signal.items())
    console.print(
        f"{all_of_them.with_any:,} of {all_of_them.total:,} conversations; {shares}", style="dim"
    )


def _labels(found: Insights, console: Console) -> None:
    table = _table("Labels to look at")
    table.add_column("score", justify="right", style="bold")
    table.add_column("example, and what it may be instead", overflow="fold")
    for one in found.labels or ():
        words = Text.assemble(
            shortened(one.text, TEXT_SHOWN),
            "\n",
            (f"{visible(one.place)}: {visible(one.intent)}, or {visible(one.instead)}?", "dim"),
        )
        table.add_row(f"{one.score:.2f}", words)
    _print(table, console, "no example that model and neighbours both contradict")
    if found.labels:
        console.print("one that is wrong: intent-al edit move INTENT TEXT", style="dim")


def _stopping(found: Stopping, console: Console) -> None:
    table = Table(
        title="\nIs it worth going on?",
        title_justify="left",
        title_style="bold",
        show_header=False,
        box=None,
        pad_edge=False,
    )
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, words in _views(found):
        table.add_row(name, words)
    console.print(table)


def _views(found: Stopping) -> list[tuple[str, str]]:
    agreement = "not yet: it takes two models that have predicted the same messages"
    if found.agreement is not None:
        one = found.agreement
        limit = (
            "" if one.bound is None else f", so F1 differs by at most {100 * one.bound:.1f} points"
        )
        agreement = (
            f"the last two models: kappa {one.kappa:.3f} on {one.messages:,} messages{limit}"
        )
    forecast = "not yet: it takes three judged runs with different numbers of examples"
    if found.forecast is not None:
        curve = found.forecast
        gain = 100 * (curve.then - curve.now)
        forecast = (
            f"{curve.labels} more labels: {gain:+.1f} points, to {curve.then:.1%} "
            f"(fitted to {curve.runs} runs)"
        )
    budget = f"{found.budget.decided:,} decided, {found.budget.waiting:,} waiting"
    if found.budget.seconds is not None:
        budget += f", {found.budget.seconds:.0f} s each in the median"
    return [
        ("agreement", agreement),
        ("forecast", forecast),
        ("accuracy", _share(found.accuracy, "of the audit sample right")),
        ("out of scope", _share(found.out_of_scope, "of the audit sample")),
        ("budget", budget),
    ]


def _share(found: Share | None, of_what: str) -> str:
    if found is None:
        return "not yet: nobody has answered items of the audit sample"
    interval = f"95 % interval {found.low:.1%} to {found.high:.1%}"
    return f"{found.share:.1%} {of_what} ({interval}, {found.items:,} items)"


def _table(title: str) -> Table:
    return Table(
        title=f"\n{title}",
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 1),
        collapse_padding=True,
    )


def _print(table: Table, console: Console, nothing: str) -> None:
    if table.row_count:
        console.print(table)
    else:
        console.print(table.title or "", style="bold")
        console.print(nothing, style="dim")


def _quiet(text: str) -> Text:
    return Text.assemble((shortened(text, TEXT_SHOWN), "dim italic"))


def _trend(periods: tuple[int, ...], trend: str) -> str:
    most = max(periods, default=0)
    if not most:
        return ""
    bars = "".join(_BARS[(len(_BARS) - 1) * count // most] for count in periods)
    return f"{bars} {_ARROWS[trend]}"
