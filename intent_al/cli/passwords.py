"""A person's name and password, asked for or read from standard input."""

from __future__ import annotations

import re
import sys

import click

from intent_al.errors import UsageError
from intent_al.texts.plain import visible
from intent_al.web.passwords import hashed

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,59}")


def bad_name(name: str) -> UsageError:
    return UsageError(
        f"{visible(name)!r} is no name: 1 to 60 letters, digits and _ . @ -, the first a letter or"
        " digit"
    )


def ask_password(name: str) -> str:
    """The hash of what is typed twice, or of the first line of standard input."""
    if sys.stdin.isatty():
        typed = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        typed = sys.stdin.readline().rstrip("\n")
        if not typed:
            raise UsageError("no password: type it, or pipe it in as one line")
    return hashed(typed, name)
