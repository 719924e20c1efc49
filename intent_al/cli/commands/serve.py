"""``intent-al serve``"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from intent_al.cli.session import ProjectSession, plain_console, progress_bar
from intent_al.errors import UsageError
from intent_al.project.config import Project, find_project
from intent_al.store import Store, accounts


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535))
@click.option("--https", is_flag=True, help="Cookies for HTTPS only: a proxy in front speaks that.")
@click.option(
    "--demo",
    type=click.Path(file_okay=False, path_type=Path),
    help="Put the example bot with its recorded log into this folder, and serve that.",
)
@click.option(
    "--project",
    "-p",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The bot's folder (default: the one you are in).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    host: str, port: int, https: bool, demo: Path | None, project: Path | None, as_json: bool
) -> None:
    """Open the review page, for a browser on this machine.

    The first time it asks for an admin; more people are added with `intent-al users add`. Other
    machines reach it through --host, best behind a proxy that speaks HTTPS. Ctrl-C stops it.

    Example:

        intent-al serve --port 8080
    """
    from intent_al.project.state import state_folder
    from intent_al.web.server import is_loopback, serve

    console = plain_console()
    found = find_project(project) if demo is None else _example(demo)
    session = ProjectSession(found, as_json, console)
    state_folder(found.state)
    with Store(found.database) as store:
        if not accounts.any_user(store):
            if not is_loopback(host):
                raise UsageError(
                    f"nobody could sign in, so {host} is refused: `intent-al users add` first"
                )
            _first_admin(store)

    def started(address: str) -> None:
        session.result(
            {"address": address}, lambda to: to.print(f"the review page is at {address}")
        )
        sys.stdout.flush()

    serve(found, host, port, https=https, started=started)


def _example(folder: Path) -> Project:
    """A copy of the example bot, made and filled where the folder is not there yet."""
    from intent_al.demo import copy_bot, find_example_bot
    from intent_al.jobs.intake import intake
    from intent_al.workspace import Workspace

    fresh = not folder.exists()
    if fresh:
        copy_bot(find_example_bot(), folder)
    project = find_project(folder)
    if fresh:
        click.echo("pull, predict, select: the recorded log of the example bot", err=True)
        with Workspace(project) as workspace:
            intake(workspace, lambda title: progress_bar(title, disabled=False))
    return project


def _first_admin(store: Store) -> None:
    """Nobody is there yet. Raises UsageError where nobody can be asked."""
    from intent_al.cli.passwords import NAME, ask_password, bad_name
    from intent_al.web.access import Role

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "nobody can sign in yet: `intent-al users add NAME --role admin` makes an admin"
        )
    click.echo("Nobody can sign in yet: who is the admin?", err=True)
    name = click.prompt("Name", err=True)
    if not NAME.fullmatch(name):
        raise bad_name(name)
    password = ask_password(name)
    role = Role.ADMIN.value
    accounts.add_user(store, name, role, password, by=f"{name} (first)", now=time.time())
