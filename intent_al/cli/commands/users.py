"""``intent-al users``"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

import click

from intent_al.cli.passwords import NAME, ask_password, bad_name
from intent_al.cli.session import CommandSession, with_session
from intent_al.errors import UsageError
from intent_al.store import accounts
from intent_al.texts.plain import visible
from intent_al.web.access import Permission, Role

DAY = 86_400.0
LONGEST = 400

_role = click.option(
    "--role", type=click.Choice([one.value for one in Role]), help="What the person may do."
)


@click.group("users")
def command() -> None:
    """Say who may use the review page, and what they may do there.

    A viewer reads, a reviewer decides, an approver writes decisions into the bot's files, an admin
    sees the audit log and makes tokens. Passwords are asked for, or read from standard input.

    Example:

        intent-al users add kim --role reviewer
    """


@command.command("add")
@click.argument("name")
@_role
@with_session
def add(session: CommandSession, name: str, role: str | None) -> None:
    """Add a person.

    Example:

        intent-al users add kim --role reviewer
    """
    if not NAME.fullmatch(name):
        raise bad_name(name)
    store = session.workspace.store
    if accounts.find_user(store, name) is not None:
        raise UsageError(f"there is a user {name!r} already")
    password = ask_password(name)
    role = role or Role.REVIEWER.value
    accounts.add_user(store, name, role, password, by="command line", now=time.time())
    session.result(
        {"name": name, "role": role}, lambda console: console.print(f"{name} is {_a(role)} now")
    )


@command.command("change")
@click.argument("name")
@_role
@click.option("--password", is_flag=True, help="Ask for a new password.")
@click.option("--disable/--enable", default=None, help="Lock the person out, or let them in again.")
@with_session
def change(
    session: CommandSession, name: str, role: str | None, password: bool, disable: bool | None
) -> None:
    """Change a person's role or password, or lock them out; their sessions end.

    Example:

        intent-al users change kim --role approver
    """
    if role is None and not password and disable is None:
        raise UsageError("nothing to change: give --role, --password, --disable or --enable")
    accounts.change_user(
        session.workspace.store,
        name,
        by="command line",
        now=time.time(),
        role=role,
        password=ask_password(name) if password else None,
        disabled=disable,
    )
    session.result({"name": name}, lambda console: console.print(f"{name} is changed"))


@dataclass(frozen=True, slots=True)
class _Shown:
    name: str
    role: str
    disabled: bool


@command.command("list")
@with_session
def show(session: CommandSession) -> None:
    """List people and tokens.

    Example:

        intent-al users list
    """
    store = session.workspace.store
    people = [
        _Shown(one.name, one.role, one.disabled_at is not None) for one in accounts.users(store)
    ]
    tokens = accounts.tokens(store)

    def to(console: object) -> None:
        for one in people:
            click.echo(f"{one.name}  {one.role}{'  disabled' if one.disabled else ''}")
        for token in tokens:
            state = "revoked" if token.revoked_at else f"until {_day(token.expires_at)}"
            click.echo(f"token {token.id}  {token.name}  {token.user}  {state}")
        if not people:
            click.echo("nobody yet: `intent-al users add NAME --role admin`")

    session.result(
        {
            "users": [asdict(one) for one in people],
            "tokens": [token._asdict() for token in tokens],
        },
        to,
    )


@command.command("token")
@click.argument("name")
@click.option("--for", "label", default="api", show_default=True, help="What it is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([one.value for one in Permission]),
    default=(Permission.READ.value,),
    show_default=True,
    help="What it may do, at most what the person may; give it again for more.",
)
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, LONGEST))
@with_session
def token(
    session: CommandSession, name: str, label: str, scopes: tuple[str, ...], days: int
) -> None:
    """Make an API token for a program that acts for a person; it is shown once.

    Example:

        intent-al users token kim --for dashboard --scope read --days 30
    """
    store = session.workspace.store
    user = accounts.find_user(store, name)
    if user is None or user.disabled_at is not None:
        raise UsageError(f"there is no user {visible(name)!r}")
    secret = accounts.add_token(
        store, user, label[:60], scopes, by="command line", now=time.time(), seconds=days * DAY
    )
    session.result({"token": secret}, lambda console: console.print(secret))


@command.command("revoke")
@click.argument("number", type=int)
@with_session
def revoke(session: CommandSession, number: int) -> None:
    """Make a token worthless, by its number in the list.

    Example:

        intent-al users revoke 3
    """
    accounts.revoke_token(session.workspace.store, number, by="command line", now=time.time())
    session.result({"token": number}, lambda console: console.print(f"token {number} is revoked"))


def _a(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))
