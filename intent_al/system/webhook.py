"""Tells somebody else's server how a job ended: figures and names, never what people wrote."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from connectors.errors import ConnectorError, SettingsError
from connectors.reading.http import HttpClient

TRIES = 3
_AGAIN = frozenset({429, *range(500, 600)})


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
        http = HttpClient(url, timeout=timeout, first_pause=1.0, again=_AGAIN, sleep=sleep)
    except SettingsError:
        return "[cycle] webhook is no http address; nobody was told"
    try:
        with http:
            status = http.request("POST", body=payload, tries=TRIES).status
        if 200 <= status < 300:
            return None
        why = f"answers {status}"
    except ConnectorError as error:
        why = error.message
    return f"the webhook at {http.origin} was not told: it {why}"
