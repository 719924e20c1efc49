"""``intent-al forget``"""

from __future__ import annotations

import sys
import time
from dataclasses import asdict

import click
from rich.console import Console

from intent_al.cli.session import CommandSession, with_session
from intent_al.errors import UsageError
from intent_al.store import forgetting
from intent_al.store.forgetting import Forgotten
from intent_al.texts.plain import visible

ELSEWHERE = (
    "the logs that conversations are pulled from: a new project would read them again",
    "training data, branches and patches that hold texts already, and their history in git",
    "models trained on these, in models/ and in .intent-al/models",
    "what can be undone, in .intent-al/undo, and backups of .intent-al",
    "reports and exports that were written before",
)


@click.command("forget")
@click.option("--sender", required=True, help="The person's id in the log, as the bot knows it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_session
def command(session: CommandSession, sender: str, yes: bool) -> None:
    """Remove a person: what they said, what was made of it, and every cache of it.

    What others have said in the same words stays. It also says what it cannot reach. This is not
    undone.

    Example:

        intent-al forget --sender 491721234567 --yes
    """
    workspace = session.workspace
    if not yes:
        if session.as_json or not sys.stdin.isatty():
            raise UsageError("this is not undone: say --yes")
        click.confirm(f"Remove all that {visible(sender)} has said?", abort=True, err=True)
    pseudonym = workspace.masker.pseudonym(sender)
    found = forgetting.forget(workspace.store, pseudonym, by="command line", now=time.time())
    if found is None:
        raise UsageError(
            f"nobody is known as {visible(sender)!r}; the id is that of the log, and the key in "
            ".intent-al/masking.key has to be the one of the pull"
        )
    session.result(
        {**asdict(found), "not_reached": list(ELSEWHERE)}, lambda console: _show(found, console)
    )


def _show(found: Forgotten, console: Console) -> None:
    console.print(
        f"{found.messages:,} messages are gone, with {found.texts:,} texts that nobody else has "
        f"said, {found.questions:,} questions and {found.decisions:,} decisions about them"
    )
    if found.files:
        console.print(
            f"texts of this person stand in {', '.join(map(visible, found.files))}: take them out "
            "with `intent-al edit delete`"
        )
    console.print("not reached:")
    for one in ELSEWHERE:
        console.print(f"  {one}")
