"""``intent-al review``"""

from __future__ import annotations

import dataclasses
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from intent_al.cli.session import CommandSession, with_session
from intent_al.errors import UsageError
from intent_al.stages import review
from intent_al.stages.review.answers import read_answers
from intent_al.store import queue
from intent_al.terminal.screen import Screen
from intent_al.terminal.session import ReviewSession


def _login() -> str:
    """Containers run under users without a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "reviewer"


@click.command("review")
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON lines of text, intent, entities that decide in place of a human.",
)
@click.option(
    "--reviewer", default=lambda: _login(), show_default="your login", help="Who decides."
)
@with_session
def command(session: CommandSession, answers: Path | None, reviewer: str) -> None:
    """Decide what the utterances really are, one key each.

    A key decides and goes on to the next one; u takes the last decision back, as often as you
    like. Each decision is stored at once: leave whenever you want.

    Example:

        intent-al review --reviewer kim
    """
    workspace = session.workspace
    if answers is not None:
        known = read_answers(
            answers, workspace.masker, workspace.settings.apply.out_of_scope_intent
        )
        report = review.answer(workspace.store, known, reviewer=reviewer)
        session.result(
            dataclasses.asdict(report),
            lambda console: console.print(
                f"{report.decided} decided from {answers.name}, {report.without_answer} left open"
            ),
        )
        return
    if session.as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("review needs a terminal, or --answers FILE")
    sitting = review_in_terminal(session, reviewer)
    session.console.print(summary(sitting))


def review_in_terminal(session: CommandSession, reviewer: str) -> ReviewSession:
    from intent_al.terminal import line_editor
    from intent_al.terminal.keyboard import Keyboard

    with Keyboard() as keyboard, Screen(session.console) as screen:

        def ask(prompt: str, line: str, words: Sequence[str]) -> str | None:
            with keyboard.lent():
                return line_editor.ask(prompt, line, words)

        sitting = ReviewSession(session.workspace, screen, reviewer, keyboard, ask)
        sitting.run()
    return sitting


def summary(sitting: ReviewSession) -> str:
    median = sitting.median_seconds()
    pace = "" if median is None else f", {median:.1f} s each (median)"
    waiting = len(queue.open_items(sitting.workspace.store, reviewer=sitting.reviewer))
    return (
        f"{sitting.decided} decided{pace}; {waiting} left;"
        " write the decisions with `intent-al apply`"
    )
