"""The page in a process of its own, as an operator starts it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.commands import MAIN
from tests.support.places import ROOT


def start(bot: Path, port: int = 0) -> tuple[subprocess.Popen[str], str]:
    """The server and its address, once it answers."""
    server = subprocess.Popen(
        [sys.executable, "-c", MAIN, "serve", "-p", str(bot), "--port", str(port), "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    lines = [server.stdout.readline() for _ in range(3)]
    return server, json.loads("".join(lines))["address"]


def stop(server: subprocess.Popen[str], *, kill: bool = False) -> None:
    server.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
    server.wait()
    if server.stdout is not None:
        server.stdout.close()


@contextmanager
def served(bot: Path) -> Iterator[str]:
    server, address = start(bot)
    try:
        yield address
    finally:
        stop(server)
