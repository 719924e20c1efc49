"""Asks one server over HTTP: connections kept open, busy servers asked again, secrets kept.

What may be secret in an address (its path, its query, who signs in) stands in no error and no log.
A redirect is followed on the same server only, because headers with credentials go along.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin

import urllib3
from urllib3.exceptions import HTTPError, InvalidHeader, LocationValueError, NewConnectionError
from urllib3.exceptions import SSLError as TLSFailed
from urllib3.exceptions import TimeoutError as TimedOut

from connectors.errors import SettingsError, SourceBroken, TryAgain
from connectors.reading.addresses import origin_of, pool_for, split, target_of

TRIES = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 60.0
"""Seconds before the second try, doubled before each other; a server that wants a longer pause is
not asked again."""

LONGEST_ANSWER = 50_000_000
BUSY = frozenset({429, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
_HOPS = 5
_CHUNK = 65_536

# At DEBUG it logs every address, with what is secret in it.
logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)


class NoAnswer(TryAgain):
    """Nobody there, or nobody who answers in time; ``reason`` in the words of the system."""

    def __init__(self, where: str, reason: str, seconds: float | None = None) -> None:
        within = "" if seconds is None else f" within {seconds:g} s"
        super().__init__(f"does not answer{within or f' ({reason})'}", where=where)
        self.reason = reason
        self.timed_out = seconds is not None


class Untrusted(SettingsError):  # noqa: N818 - named after what happened
    """The server cannot prove who it is; ``reason`` in the words of TLS."""

    def __init__(self, where: str, reason: str) -> None:
        what = "its certificate is not trusted" if "CERT" in reason else "it speaks no TLS"
        super().__init__(f"{what} ({reason})", where=where)
        self.reason = reason


class TooLong(SourceBroken):
    def __init__(self, where: str, longest: int) -> None:
        super().__init__(f"answers more than {longest:,} bytes", where=where)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """``headers`` are found whatever their case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpClient:
    """One server, from several threads at once; use it as a context manager.

    ``timeout`` is in seconds, for connecting and for each wait for more bytes; ``again`` are the
    answers of a server that is busy; ``longest`` is in bytes. ``proxies`` of the environment are
    asked only where that is said. ``origin`` is the address without what may be secret.
    """

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60.0,
        tries: int = TRIES,
        first_pause: float = FIRST_PAUSE,
        again: Collection[int] = BUSY,
        longest: int = LONGEST_ANSWER,
        connections: int = 4,
        proxies: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises SettingsError for what is no address that starts with http:// or https://."""
        self._parts = split(url)
        self.origin = origin_of(self._parts)
        self._headers = {"Accept": "application/json", **(headers or {})}
        self._timeout, self._tries, self._first_pause = timeout, tries, first_pause
        self._again, self._longest, self._sleep = again, longest, sleep
        self._pool = pool_for(self._parts, connections, proxies)

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        self._pool.clear()

    def get_json(self, path: str = "", query: Mapping[str, str] | None = None) -> Any:
        """What a path below the address holds. Raises the errors of ``connectors.errors``."""
        answer = self.request("GET", path, query=query)
        said = f"answers {answer.status}"
        if answer.status in self._again or answer.status >= 500:
            wait = _retry_after(answer)
            later = f"; try again in {wait:.0f} s" if wait else ""
            raise TryAgain(f"{said}{later}", where=self.origin)
        if answer.status in (401, 403):
            raise SettingsError(f"{said}; are the credentials right?", where=self.origin)
        if not 200 <= answer.status < 300:
            raise SettingsError(f"{said}; is the address right?", where=self.origin)
        try:
            return json.loads(answer.body)
        except ValueError:
            message = "answers no JSON; is the address right?"
            raise SourceBroken(message, where=self.origin) from None

    def request(
        self,
        method: str,
        path: str = "",
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        tries: int | None = None,
    ) -> HttpAnswer:
        """Any answer, whatever its status; ``body`` is sent as JSON.

        Without ``tries`` only GET is tried again: anything else may have had an effect. Raises
        NoAnswer, Untrusted and TooLong.
        """
        tries = tries or (self._tries if method == "GET" else 1)
        sent = {**self._headers, **(headers or {})}
        data = None
        if body is not None:
            sent["Content-Type"] = "application/json"
            data = json.dumps(body, default=str).encode()
        url = self._url(path, query)
        pause = self._first_pause
        for left in reversed(range(tries)):
            wait = pause * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
            try:
                answer = self._followed(method, url, data, sent)
            except NoAnswer:
                if not left:
                    raise
            else:
                wait = max(wait, _retry_after(answer))
                if answer.status not in self._again or not left or wait > LONGEST_PAUSE:
                    return answer
            self._sleep(wait)
            pause *= 2
        raise AssertionError("unreachable")

    def _followed(
        self, method: str, url: str, data: bytes | None, headers: Mapping[str, str]
    ) -> HttpAnswer:
        for _ in range(_HOPS):
            answer = self._once(method, url, data, headers)
            there = answer.headers.get("Location")
            if method != "GET" or answer.status not in _MOVED or not there:
                break
            try:
                parts = split(urljoin(url, there))
            except (SettingsError, ValueError):
                break
            if origin_of(parts) != self.origin:
                break
            url = f"{self.origin}{target_of(parts)}"
        return answer

    def _once(
        self, method: str, url: str, data: bytes | None, headers: Mapping[str, str]
    ) -> HttpAnswer:
        try:
            answer = self._pool.urlopen(
                method,
                url,
                body=data,
                headers=headers,
                timeout=self._timeout,
                retries=False,
                redirect=False,
                preload_content=False,
                enforce_content_length=True,
            )
            try:
                return HttpAnswer(answer.status, answer.headers, self._whole(answer))
            finally:
                answer.release_conn()
        # From None: the words of these errors hold the address.
        except LocationValueError:
            raise SettingsError("is no http address", where=self.origin) from None
        except TLSFailed as error:
            reason = getattr(_root(error), "reason", None) or "TLS failed"
            raise Untrusted(self.origin, str(reason)) from None
        except HTTPError as error:
            root = _root(error)
            # Before urllib3 2 a refused connection counted as one that timed out.
            if isinstance(error, TimedOut) and not isinstance(error, NewConnectionError):
                raise NoAnswer(self.origin, "timed out", self._timeout) from None
            reason = getattr(root, "strerror", None) or type(root).__name__
            raise NoAnswer(self.origin, reason) from None

    def _whole(self, answer: urllib3.BaseHTTPResponse) -> bytes:
        chunks, size = [], 0
        for chunk in answer.stream(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > self._longest:
                answer.close()
                raise TooLong(self.origin, self._longest)
        return b"".join(chunks)

    def _url(self, path: str, query: Mapping[str, str] | None) -> str:
        parts = self._parts
        if path:
            parts = parts._replace(path=parts.path.rstrip("/") + path)
        if query:
            parts = parts._replace(query="&".join(filter(None, (parts.query, urlencode(query)))))
        return f"{self.origin}{target_of(parts)}"


def _retry_after(answer: HttpAnswer) -> float:
    """Seconds, also where the server gives a date."""
    given = answer.headers.get("Retry-After")
    try:
        return urllib3.Retry().parse_retry_after(given) if given else 0.0
    except InvalidHeader:
        return 0.0


def _root(error: BaseException) -> BaseException:
    """What the system said, inside of what urllib3 makes of it."""
    while isinstance(error, HTTPError):
        inside = [one for one in error.args if isinstance(one, BaseException)]
        under = inside[0] if inside else error.__cause__ or error.__context__
        if under is None:
            break
        error = under
    return error
