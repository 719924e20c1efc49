"""A running Rasa server, asked over HTTP: what it serves, what it makes of a text, a new model.

Only what cannot have had an effect is tried again. Addresses are shown without what is secret in
them, because they end in logs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connectors.errors import ConnectorError, SettingsError
from connectors.reading.http import TRIES, HttpClient, NoAnswer
from intent_al.errors import ConfigError, RasaError
from intent_al.project.config import CONFIG_FILE, Project

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
        if access.jwt_method not in _JWT_HASHES:
            known = ", ".join(_JWT_HASHES)
            raise ConfigError(f"[rasa] jwt_method {access.jwt_method!r}: there are {known}")
        try:
            self._http = HttpClient(
                access.url,
                timeout=access.timeout,
                connections=access.connections,
                sleep=sleep,
            )
        except SettingsError:
            raise ConfigError(
                f"[rasa] server is no http address; write http://host:5005 into {CONFIG_FILE}"
            ) from None
        self.name = self._http.origin + urlsplit(access.url).path.rstrip("/")
        self._access = access

    def __enter__(self) -> RasaServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

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
        # Rasa knows its token in the address only
        query = {"token": self._access.token} if self._access.token else None
        headers = {"Authorization": f"Bearer {self._signed()}"} if self._access.jwt_secret else None
        try:
            answer = self._http.request(
                method, path, query=query, body=body, headers=headers, tries=tries
            )
        except NoAnswer as error:
            doubt = "is the bot busy or down?" if error.timed_out else "is the bot running there?"
            raise RasaError(f"{error.message}; {doubt}", where=self.name) from None
        except ConnectorError as error:
            raise RasaError(error.message, where=self.name) from None
        if answer.status not in wanted:
            raise RasaError(self._refusal(answer.status, path, answer.body), where=self.name)
        return answer.status, self._read(answer.body) if answer.status == 200 else {}

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
