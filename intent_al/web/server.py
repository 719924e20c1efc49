"""Runs the page: one process, a few threads, plain HTTP. HTTPS is the business of a proxy."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable

from intent_al.errors import ConfigError
from intent_al.project.config import Project
from intent_al.web.app import create_app
from intent_al.web.context import KEY

THREADS = 4
"""More of them wait for each other: what a request does is mostly Python."""
SWITCH_SECONDS = 0.0005
"""Between threads: every answer of SQLite waits for its turn."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(
    project: Project, host: str, port: int, *, https: bool, started: Callable[[str], None]
) -> None:
    """Until it is interrupted. ``started`` is told the address, port 0 being any that is free.

    Raises ConfigError for an address that cannot be had.
    """
    from waitress.server import create_server

    app = create_app(project, https=https, hosts=LOOPBACK if is_loopback(host) else None)
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
    sys.setswitchinterval(SWITCH_SECONDS)
    shown = f"[{host}]" if ":" in host else host
    started(f"http://{shown}:{server.effective_port}")
    try:
        server.run()
    finally:
        server.close()
        app.extensions[KEY].close()
