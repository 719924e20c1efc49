"""Tells somebody else's server how a job ended: figures and names, never what people wrote."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlsplit

TRIES = 3

_SAFE = "%/:?@!$&'()*+,;=~[]"
"""Characters of an address that stay as they are; a space, or a letter of another script, is sent
as bytes in percents, which is what a browser would do."""


def tell(
    url: str,
    payload: Mapping[str, Any],
    *,
    timeout: float = 10.0,
    sleep: Callable[[float], None] = time.sleep,
) -> str | None:
    """POST ``payload`` as JSON. None when it arrived, else one line that says why not.

    Never raises: a job does not fail because nobody listens. Redirects are not followed.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        # names of other scripts go over the wire as letters of ours; an address in brackets stays
        host = host if host is None or host.isascii() else host.encode("idna").decode()
    except ValueError:  # UnicodeError is one
        parts, host, port = urlsplit(""), None, None
    if parts.scheme not in ("http", "https") or not host:
        return "[cycle] webhook is no http address; nobody was told"
    shown = f"{parts.scheme}://{host}{f':{port}' if port else ''}"
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    address = quote(parts.path or "/", _SAFE)
    if parts.query:
        address += f"?{quote(parts.query, _SAFE)}"
    body = json.dumps(payload, default=str).encode()
    why = ""
    for attempt in range(TRIES):
        if attempt:
            sleep(0.5 * 2**attempt)
        try:
            with closing(kind(host, port, timeout=timeout)) as connection:
                connection.request("POST", address, body, {"Content-Type": "application/json"})
                code = connection.getresponse().status
        except (OSError, http.client.HTTPException, ValueError) as error:
            # its words may hold the address, and with it a key
            why = getattr(error, "strerror", None) or type(error).__name__
        else:
            if 200 <= code < 300:
                return None
            why = f"it answers {code}"
            if code < 500 and code != 429:
                break
    return f"the webhook at {shown} was not told: {why}"
