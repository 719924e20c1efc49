"""``intent-al prune``"""

from __future__ import annotations

import click

from intent_al.cli.session import CommandSession, with_session
from intent_al.store import predictions, vectors


@click.command("prune")
@click.option(
    "--keep", default=2, show_default=True, type=click.IntRange(1), help="Models to keep."
)
@with_session
def command(session: CommandSession, keep: int) -> None:
    """Delete the predictions of old models, and vectors of texts that are gone.

    Conversations, decisions and the newest models' predictions stay.

    Example:

        intent-al prune --keep 3
    """
    deleted = predictions.prune(session.workspace.store, keep)
    dropped = vectors.prune(session.workspace.store)
    session.result(
        {"deleted": deleted, "vectors": dropped},
        lambda console: console.print(
            f"{deleted:,} predictions of old models deleted, {dropped:,} vectors of texts that "
            "are no utterances"
        ),
    )
