"""``intent-al rasa``"""

from __future__ import annotations

import click
from rich.console import Console

from intent_al.cli.output.diff import coloured_diff
from intent_al.cli.session import ProjectSession, with_project
from intent_al.engines.rasa import install as rasa_install


@click.group("rasa")
def command() -> None:
    """What runs inside the bot: an event broker and an annotator.

    Example:

        intent-al rasa install
    """


@command.command("install")
@click.option("--write", is_flag=True, help="Add the lines; without it they are only shown.")
@click.option(
    "--copy",
    is_flag=True,
    help="Put the package into the bot's folder, for an environment without intent-al.",
)
@with_project
def install(session: ProjectSession, write: bool, copy: bool) -> None:
    """Show the lines that put our broker and annotator into the bot, or add them.

    The broker spools every event for `intent-al pull` and hands it on to the broker that was there
    before; the annotator adds to each answer how unsure it is. Nothing else in the two files
    changes. Train and restart the bot afterwards.

    Example:

        intent-al rasa install --write
    """
    planned = rasa_install.plan(session.project, copy=copy)
    if write:
        rasa_install.install(planned)
    data = {
        "files": [file.path.name for file in planned.change.files],
        "copied": [path.name for path in planned.copies],
        "diff": planned.change.diff(),
        "written": write and not planned.complete,
    }
    session.result(data, lambda console: _show(planned, write, console))


def _show(planned: rasa_install.Installation, write: bool, console: Console) -> None:
    if planned.complete:
        console.print("everything is there already")
        return
    console.print(coloured_diff(planned.change.diff()), end="", soft_wrap=True)
    if planned.package is not None and planned.copies:
        console.print(f"{len(planned.copies)} files go to {planned.package.name}/")
    if write:
        console.print("written; now train the bot and restart it")
    else:
        console.print("nothing is written yet: --write adds these lines")
