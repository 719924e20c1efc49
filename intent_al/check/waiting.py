"""How many decisions wait unapplied is known to the server alone; asking it must never hurt.

The answer is worth a line and never a build: whatever goes wrong, and however long it takes, ends
as ``unknown`` with a reason.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import orjson

from intent_al.check.report import CheckAnswer, State

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

TOKEN = "INTENT_AL_TOKEN"  # noqa: S105 - the name of the variable
TIMEOUT = 5.0
_LONGEST = 65_536
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class WaitingDecisions:
    """What a server said, or in ``unknown`` why it is not known."""

    decisions: int = 0
    oldest_seconds: float = 0.0
    unknown: str = ""

    def answer(self) -> CheckAnswer:
        if self.unknown:
            return CheckAnswer("waiting", State.WARNING, f"unknown: {self.unknown}")
        if not self.decisions:
            return CheckAnswer("waiting", State.OK, "no decision waits to be applied")
        verb = "decisions wait" if self.decisions > 1 else "decision waits"
        age = _age(self.oldest_seconds)
        return CheckAnswer("waiting", State.OK, f"{self.decisions:,} {verb}, the oldest for {age}")


class ServerQuestion:
    """A question that is on its way while the files are read."""

    def __init__(self, server: str, token: str = "", timeout: float = TIMEOUT) -> None:
        self._answer = WaitingDecisions(unknown=f"no answer within {timeout:g} s")
        self._until = time.monotonic() + timeout
        # Name look-ups have no timeout, and a server may send a byte at a time: a thread that
        # nobody waits for holds us up no longer than promised.
        self._thread = threading.Thread(
            target=self._ask, args=(server, token.strip(), timeout), daemon=True
        )
        self._thread.start()

    def result(self) -> WaitingDecisions:
        self._thread.join(max(0.0, self._until - time.monotonic()))
        return self._answer

    def _ask(self, server: str, token: str, timeout: float) -> None:
        try:
            self._answer = _ask(server, token, timeout)
        except Exception as error:
            # Of any kind: this line is no reason to fail a build. Its text may hold the address.
            self._answer = WaitingDecisions(
                unknown=f"the server cannot be asked ({type(error).__name__})"
            )


def _ask(server: str, token: str, timeout: float) -> WaitingDecisions:
    if not server:
        return WaitingDecisions(unknown="no [check] server")
    try:
        address = urlsplit(server)
        refusal = _refusal(address, token)
    except ValueError:
        refusal = "[check] server is no address"
    if refusal:
        return WaitingDecisions(unknown=refusal)
    from urllib.error import HTTPError, URLError
    from urllib.request import Request

    url = address._replace(path=address.path.rstrip("/") + "/api/v1/waiting").geturl()
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        request = Request(url, headers=headers)  # noqa: S310 - http and https only, see _refusal
        with _opener(address).open(request, timeout=timeout) as response:
            return _read(response)
    except HTTPError as error:
        error.close()
        return WaitingDecisions(unknown=f"the server answered {error.code}{_hint(error.code)}")
    except URLError as error:
        reason = getattr(error.reason, "strerror", None) or type(error.reason).__name__
        return WaitingDecisions(unknown=f"the server cannot be reached ({reason})")
    except TimeoutError:
        return WaitingDecisions(unknown=f"no answer within {timeout:g} s")


def _hint(code: int) -> str:
    if code in (401, 403):
        return f"; is {TOKEN} right?"
    return "; an address elsewhere is not followed" if 300 <= code < 400 else ""


def _refusal(address: SplitResult, token: str) -> str:
    """Why an address is not asked at all; empty where it is."""
    if address.scheme not in ("http", "https") or not address.hostname:
        return "[check] server is no address that starts with https:// or http://"
    if "@" in address.netloc or address.query or address.fragment:
        return f"[check] server holds more than an address; a token belongs into {TOKEN}"
    if not token.isascii() or not token.isprintable():
        return f"{TOKEN} holds characters that no header can have"
    if token and address.scheme == "http" and address.hostname not in _LOOPBACK:
        return f"{TOKEN} is not sent over http, where everybody can read it; use https"
    return ""


def _opener(address: SplitResult) -> OpenerDirector:
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class SameServer(HTTPRedirectHandler):
        """The token is sent along with a redirect, so one to elsewhere is not followed."""

        def redirect_request(
            self, req: Request, fp: IO[bytes], code: int, msg: str, headers: object, newurl: str
        ) -> Request | None:
            there = urlsplit(newurl)
            if (there.scheme, there.netloc) != (address.scheme, address.netloc):
                return None
            return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]

    return build_opener(SameServer)


def _read(response: IO[bytes]) -> WaitingDecisions:
    body = response.read(_LONGEST + 1)
    if len(body) > _LONGEST:
        return WaitingDecisions(unknown="the server's answer is too long")
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return WaitingDecisions(unknown="the server's answer is no JSON")
    if not isinstance(found, dict):
        return WaitingDecisions(unknown="the server's answer is no JSON object")
    decisions, oldest = found.get("decisions"), found.get("oldest_seconds") or 0
    if type(decisions) is not int or decisions < 0:
        return WaitingDecisions(unknown="the server's answer has no number of decisions")
    if not isinstance(oldest, (int, float)) or not 0 <= oldest < math.inf:
        return WaitingDecisions(unknown="the server's answer has no age of the oldest decision")
    return WaitingDecisions(decisions, float(oldest))


def _age(seconds: float) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number:,} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"
