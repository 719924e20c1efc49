"""``intent-al serve``"""

from __future__ import annotations

import ipaddress
import sys
import time

import click

from intent_al.cli.session import ProjectSession, with_project
from intent_al.errors import ConfigError, UsageError
from intent_al.store import Store, accounts

THREADS = 8


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535))
@click.option("--https", is_flag=True, help="Cookies for HTTPS only: a proxy in front speaks that.")
@with_project
def command(session: ProjectSession, host: str, port: int, https: bool) -> None:
    """Open the review page, for a browser on this machine.

    The first time it asks for an admin; more people are added with `intent-al users add`. Other
    machines reach it through --host, best behind a proxy that speaks HTTPS. Ctrl-C stops it.

    Example:

        intent-al serve --port 8080
    """
    from waitress.server import create_server

    from intent_al.state import state_folder
    from intent_al.web import create_app

    project = session.project
    state_folder(project.state)
    with Store(project.database) as store:
        if not accounts.any_user(store):
            if not _is_loopback(host):
                raise UsageError(
                    f"nobody could sign in, so {host} is refused: `intent-al users add` first"
                )
            _first_admin(store)
    app = create_app(project, https=https)
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            max_request_body_size=2_000_000,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise ConfigError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    address = f"http://{host}:{server.effective_port}"
    session.result(
        {"address": address}, lambda console: console.print(f"the review page is at {address}")
    )
    sys.stdout.flush()
    try:
        server.run()
    finally:
        server.close()


def _first_admin(store: Store) -> None:
    """Nobody is there yet. Raises UsageError where nobody can be asked."""
    from intent_al.cli.users_command import ask_password
    from intent_al.web.access import Role

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "nobody can sign in yet: `intent-al users add NAME --role admin` makes an admin"
        )
    click.echo("Nobody can sign in yet: who is the admin?", err=True)
    name = click.prompt("Name", err=True)
    password = ask_password(name)
    role = Role.ADMIN.value
    accounts.add_user(store, name, role, password, by=f"{name} (first)", now=time.time())


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
