"""Somebody is told, or one line says why not; a job never fails of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from intent_al.system.webhook import tell
from tests.support.limits import HANG


class Listener(HTTPServer):
    """Answers with ``codes``, the last one for ever; keeps what it was sent."""

    def __init__(self) -> None:
        self.codes = [200]
        self.got: list[tuple[str, dict[str, object]]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://user:secret@127.0.0.1:{self.server_port}/hook?key=secret"


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, json.loads(body)))
        code = self.server.codes.pop(0) if len(self.server.codes) > 1 else self.server.codes[0]
        self.send_response(code)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def told(url: str) -> str | None:
    outcome = {"outcome": "promoted", "after": 0.9}
    return tell(url, outcome, timeout=HANG, sleep=lambda seconds: None)


def test_the_outcome_arrives_as_json(listener: Listener) -> None:
    assert told(listener.url) is None
    assert listener.got == [("/hook?key=secret", {"outcome": "promoted", "after": 0.9})]


def test_a_server_that_is_busy_is_asked_again(listener: Listener) -> None:
    listener.codes = [503, 429, 200]
    assert told(listener.url) is None
    assert len(listener.got) == 3


@pytest.mark.parametrize(("code", "tries"), [(404, 1), (302, 1), (500, 3)])
def test_what_does_not_arrive_is_said_without_secrets(
    code: int, tries: int, listener: Listener
) -> None:
    listener.codes = [code]
    note = told(listener.url)
    assert note is not None
    assert f"it answers {code}" in note
    assert "secret" not in note
    assert len(listener.got) == tries


@pytest.mark.parametrize(
    "url", ["ftp://x/y", "nonsense", "http://", "http://[::1", "http://h:port"]
)
def test_an_address_that_is_none_is_said(url: str) -> None:
    assert "no http address" in (told(url) or "")


def test_nobody_there_is_no_error() -> None:
    assert "was not told" in (told("http://127.0.0.1:9/") or "")


def test_an_address_is_sent_as_a_browser_would(listener: Listener) -> None:
    url = f"http://127.0.0.1:{listener.server_port}/höök n\u00e4me%20x?k=ü&b=1 2"
    assert told(url) is None
    assert listener.got[0][0] == "/h%C3%B6%C3%B6k%20n%C3%A4me%20x?k=%C3%BC&b=1%202"


@pytest.mark.parametrize(
    "url",
    [
        "http://exa mple.com/secret",
        "http://127.0.0.1:99999/secret",
        "http://[::1/secret",
        "http://bücher..example/secret",
        f"http://{'a' * 70}ü.example/secret",
        "http://127.0.0.1:9/sec\x00ret",
        "http://\x7f/secret",
    ],
)
def test_whatever_stands_there_nothing_is_raised_and_no_key_shown(url: str) -> None:
    line = told(url)
    assert line is not None
    assert "secret" not in line
    assert "\n" not in line
