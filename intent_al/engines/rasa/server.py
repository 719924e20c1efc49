"""A running Rasa server, asked over HTTP: what it serves, what it makes of a text, a new model.

Only what cannot have had an effect is tried again. Addresses are shown without what is secret in
them, because they end in logs.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from intent_al.errors import ConfigError, RasaError
from intent_al.project.config import CONFIG_FILE, Project

TRIES = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
_AGAIN = frozenset({429, 502, 503, 504})
_JWT_HASHES = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
_JWT_SECONDS = 300
LOOKS = 8
"""Fresh connections that must agree on the model: one of several workers may have the old one."""

SWAPS = 6
"""Times a model is offered while some workers still have the old one."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the server serves; ``model_id`` as Rasa gives it."""

    model_file: str
    model_id: str


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a server and who we are there; ``timeout`` in seconds, for one request."""

    url: str
    token: str = ""
    jwt_secret: str = ""
    jwt_method: str = "HS256"
    timeout: float = 60.0
    connections: int = 4


class RasaServer:
    """One server. Connections are kept open and used again; use it as a context manager."""

    def __init__(self, access: Access, *, sleep: Callable[[float], None] = time.sleep) -> None:
        """Raises ConfigError for an address that is none, or an unknown JWT method."""
        parts = urlsplit(access.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(
                f"[rasa] server is no http address; write http://host:5005 into {CONFIG_FILE}"
            )
        if access.jwt_method not in _JWT_HASHES:
            known = ", ".join(_JWT_HASHES)
            raise ConfigError(f"[rasa] jwt_method {access.jwt_method!r}: there are {known}")
        port = f":{parts.port}" if parts.port else ""
        self.name = f"{parts.scheme}://{parts.hostname}{port}{parts.path.rstrip('/')}"
        self._parts = parts
        self._access = access
        self._sleep = sleep
        self._idle: SimpleQueue[http.client.HTTPConnection] = SimpleQueue()

    def __enter__(self) -> RasaServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with contextlib.suppress(Empty):
            while True:
                self._idle.get_nowait().close()

    def status(self) -> Status | None:
        """What is served; None where the server has no model."""
        code, answer = self._request("GET", "/status", wanted=(200, 409))
        if code == 409:
            return None
        return Status(str(answer.get("model_file")), str(answer.get("model_id")))

    def domain(self) -> Mapping[str, Any]:
        return self._request("GET", "/domain")[1]

    def parse(self, text: str) -> Mapping[str, Any]:
        """What the model makes of one text; no conversation is touched."""
        return self._request("POST", "/model/parse", {"text": text})[1]

    def parse_all(self, texts: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """The same for many, over several connections; in their order."""
        with ThreadPoolExecutor(self._access.connections) as pool:
            waiting = [pool.submit(self.parse, text) for text in texts]
            try:
                for one in waiting:
                    yield one.result()
            finally:
                for one in waiting:
                    one.cancel()

    def put_model(self, path: str) -> None:
        """Make the server load an archive, named as its own disk has it; the old one stays where
        that fails. Loading takes up to minutes, in which that worker answers nothing."""
        self.close()  # on a connection that had gone stale it would fail, and is not tried again
        self._request("PUT", "/model", {"model_file": path}, wanted=(204, 200), tries=1)

    def _request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        wanted: Sequence[int] = (200,),
        tries: int = TRIES,
    ) -> tuple[int, Mapping[str, Any]]:
        pause = FIRST_PAUSE
        for left in reversed(range(tries)):
            try:
                code, headers, data = self._once(method, path, body)
            except (OSError, http.client.HTTPException) as error:
                if not left or isinstance(error, ssl.SSLError):
                    raise RasaError(self._no_answer(error), where=self.name) from None
            else:
                if code in wanted:
                    return code, self._read(data) if code == 200 else {}
                if code not in _AGAIN or not left:
                    raise RasaError(self._refusal(code, path, data), where=self.name)
                given = headers.get("Retry-After", "")
                pause = max(pause, float(given) if given.isdecimal() else 0.0)
            self._sleep(min(pause, LONGEST_PAUSE) * random.uniform(0.8, 1.2))  # noqa: S311
            pause *= 2
        raise AssertionError("unreachable")

    def _once(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._connect()
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self._access.jwt_secret:
            headers["Authorization"] = f"Bearer {self._signed()}"
        # Rasa knows its token in the address only
        query = f"?{urlencode({'token': self._access.token})}" if self._access.token else ""
        address = quote(self._parts.path.rstrip("/")) + path + query
        data = None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, address, data, headers)
            answer = connection.getresponse()
            found = answer.status, dict(answer.headers), answer.read()
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)
        return found

    def _connect(self) -> http.client.HTTPConnection:
        kind = (
            http.client.HTTPSConnection
            if self._parts.scheme == "https"
            else http.client.HTTPConnection
        )
        return kind(self._parts.hostname or "", self._parts.port, timeout=self._access.timeout)

    def _signed(self) -> str:
        """A JSON web token (RFC 7519) that lets us in for a few minutes."""
        method = self._access.jwt_method
        claims = {
            "user": {"username": "intent-al", "role": "admin"},
            "exp": int(time.time()) + _JWT_SECONDS,
        }
        head = _url_safe(json.dumps({"alg": method, "typ": "JWT"}).encode())
        said = f"{head}.{_url_safe(json.dumps(claims).encode())}"
        key = self._access.jwt_secret.encode()
        signature = hmac.digest(key, said.encode(), getattr(hashlib, _JWT_HASHES[method]))
        return f"{said}.{_url_safe(signature)}"

    def _no_answer(self, error: Exception) -> str:
        if isinstance(error, ssl.SSLError):
            return f"its certificate is not trusted ({error.reason or 'TLS failed'})"
        if isinstance(error, TimeoutError):
            return f"does not answer within {self._access.timeout:g} s; is the bot busy or down?"
        reason = getattr(error, "strerror", None) or type(error).__name__
        return f"does not answer ({reason}); is the bot running there?"

    def _refusal(self, code: int, path: str, data: bytes) -> str:
        if code in (401, 403):
            return (
                f"answers {code}: set [rasa] token (INTENT_AL_RASA_TOKEN) or jwt_secret "
                "(INTENT_AL_RASA_JWT_SECRET) to what the server was started with"
            )
        if code == 404:
            return f"has no {path}: start the bot with `rasa run --enable-api`"
        if code == 409:
            return "has no model loaded: give it one, or start it with one"
        if 300 <= code < 400:
            return "sends us elsewhere, which is not followed; name the final address"
        said = " ".join(_reason(data).split())[:200]
        return f"answers {code}{': ' + said if said else ''}"

    def _read(self, data: bytes) -> Mapping[str, Any]:
        try:
            answer = json.loads(data)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise RasaError("answers no JSON object: is this a Rasa server?", where=self.name)
        return answer


def access_of(project: Project) -> Access:
    """Raises ConfigError where the project names no server."""
    rasa = project.settings.rasa
    if not rasa.server:
        raise ConfigError(
            f"no server is named: set [rasa] server in {CONFIG_FILE}, such as "
            '"http://localhost:5005"',
            where=project.root,
        )
    return Access(
        rasa.server,
        rasa.token,
        rasa.jwt_secret,
        rasa.jwt_method,
        min(rasa.timeout, 600.0),
        rasa.connections,
    )


def tell(project: Project, path: Path, model_id: str) -> str:
    """Make the project's server load the archive ``path`` and see that it has; its name.

    Raises RasaError where it does not: then it serves what it served before, or, with several
    workers that only swap one by one, partly.
    """
    folder = project.settings.rasa.server_models
    named = f"{folder.rstrip('/')}/{path.name}" if folder else str(path)
    access = access_of(project)
    with RasaServer(access) as server:
        for _ in range(SWAPS):
            server.put_model(named)
            held = [_served(access) for _ in range(LOOKS)]
            if all(one == model_id for one in held):
                return server.name
            if model_id not in held:
                break
        else:
            raise RasaError(
                "its workers disagree on the model, because only the one that is asked swaps it: "
                "restart the bot, or let it poll a model server or remote storage",
                where=server.name,
            )
        raise RasaError(f"goes on serving {held[-1]} instead of {model_id}", where=server.name)


def _served(access: Access) -> str | None:
    """Over a connection of its own, so that another worker may answer."""
    with RasaServer(access) as server:
        status = server.status()
    return None if status is None else status.model_id


def _reason(data: bytes) -> str:
    try:
        answer = json.loads(data)
        return str(answer.get("message") or "") if isinstance(answer, dict) else ""
    except ValueError:
        return ""


def _url_safe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
