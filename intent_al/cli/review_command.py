"""``intent-al review``"""

from __future__ import annotations

import dataclasses
import getpass
import sys
from pathlib import Path

import click

from intent_al.answers import read_answers
from intent_al.cli.review_session import ReviewSession
from intent_al.cli.session import Session, with_session
from intent_al.errors import UsageError
from intent_al.stages import review


@click.command("review")
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON lines of text, intent, entities that decide in place of a human.",
)
@click.option("--reviewer", default=getpass.getuser, show_default="your login", help="Who decides.")
@with_session
def command(session: Session, answers: Path | None, reviewer: str) -> None:
    """Decide what the utterances really are, one key each.

    A key decides and goes on to the next one; u takes the last decision back, as often as you
    like. Each decision is stored at once: leave whenever you want.

    Example:

        intent-al review --reviewer kim
    """
    workspace = session.workspace
    if answers is not None:
        known = read_answers(answers, workspace.masker, workspace.settings.apply.out_of_scope_intent)
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
    decided = ReviewSession(workspace, session.console, reviewer).run()
    session.console.print(f"{decided} decided; write them with `intent-al apply`")
