"""What waits is asked of a server, and nothing that a server does fails or delays a build."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from intent_al.check import waiting
from tests.support.commands import Call, Called
from tests.support.limits import HANG

Answer = Callable[[BaseHTTPRequestHandler], None]
TOKEN = "s3cret-token"


class Server:
    """A real one on loopback; ``answer`` says what it does, ``asked`` what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []
        self.answer: Answer = says({"decisions": 12, "oldest_seconds": 86_400})
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, self.headers["Authorization"]))
                outer.answer(self)

            def log_message(self, *args: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: object) -> None:
                """We hang up on answers that are too long or too slow."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def says(body: object, code: int = 200, **headers: str) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(raw)

    return answer


def without_end(handler: BaseHTTPRequestHandler) -> None:
    says(b"")(handler)
    while True:  # until we are hung up on
        handler.wfile.write(b" " * 65_536)


@pytest.fixture
def servers() -> Iterator[Callable[[], Server]]:
    started: list[Server] = []

    def start() -> Server:
        started.append(Server())
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def server(servers: Callable[[], Server], monkeypatch: pytest.MonkeyPatch) -> Server:
    one = servers()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INTENT_AL_CHECK_SERVER", one.url)
    monkeypatch.setenv("INTENT_AL_TOKEN", TOKEN)
    patient = partial(waiting.ServerQuestion, timeout=HANG)
    monkeypatch.setattr("intent_al.cli.commands.check.ServerQuestion", patient)
    return one


def line(called: Called) -> str:
    assert called.code == 0, called
    assert TOKEN not in called.out + called.err
    (found,) = (one for one in called.out.splitlines() if one[2:].startswith("waiting"))
    return found


def test_a_server_is_asked_with_the_token_in_a_header(
    call: Call, clone: Path, server: Server
) -> None:
    assert line(call("check", project=clone)) == (
        "✓ waiting          12 decisions wait, the oldest for 1 day"
    )
    assert server.asked == [("/api/v1/waiting", f"Bearer {TOKEN}")]
    known = call("check", "--json", project=clone).data["waiting"]
    assert known == {"decisions": 12, "oldest_seconds": 86_400}


def test_a_server_below_a_path_and_without_a_token(
    call: Call, clone: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTENT_AL_CHECK_SERVER", f"{server.url}/shop/")
    monkeypatch.delenv("INTENT_AL_TOKEN")
    server.answer = says({"decisions": 0, "oldest_seconds": None})
    assert line(call("check", project=clone)).endswith("no decision waits to be applied")
    assert server.asked == [("/shop/api/v1/waiting", None)]


def test_what_waits_is_asked_anew_where_the_rest_is_kept(
    call: Call, clone: Path, server: Server, tmp_path: Path
) -> None:
    call("check", "--cache", tmp_path / "kept.json", project=clone)
    server.answer = says({"decisions": 1, "oldest_seconds": 7_300})
    again = call("check", "--cache", tmp_path / "kept.json", project=clone)
    assert "nothing changed" in again.out
    assert line(again).endswith("1 decision waits, the oldest for 2 hours")


BAD: dict[str, tuple[Answer, str]] = {
    "not found": (says({}, 404), "answered 404"),
    "not allowed": (says({}, 401), "answered 401; is INTENT_AL_TOKEN right?"),
    "broken": (says({}, 500), "answered 500"),
    "no JSON": (says(b"<html>"), "no JSON"),
    "no object": (says([1]), "no JSON object"),
    "a text": (says({"decisions": "12", "oldest_seconds": 1}), "no number of decisions"),
    "a truth": (says({"decisions": True, "oldest_seconds": 1}), "no number of decisions"),
    "negative": (says({"decisions": -1, "oldest_seconds": 1}), "no number of decisions"),
    "no age": (says({"decisions": 1, "oldest_seconds": "1"}), "no age"),
    "too old": (says(b'{"decisions": 1, "oldest_seconds": 1e999}'), ""),
    "too long": (says(b" " * 200_000), "too long"),
    "without end": (without_end, "too long"),
    "no HTTP": (lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n") and None, "cannot be"),
    "hangs up": (lambda handler: handler.connection.close(), ""),
}


@pytest.mark.parametrize("name", BAD)
def test_an_answer_that_is_none(call: Call, clone: Path, server: Server, name: str) -> None:
    server.answer, words = BAD[name]
    found = line(call("check", project=clone))
    assert found.startswith("! waiting          unknown: ")
    assert words in found


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("file:///etc/passwd", "https://"),
        ("ftp://127.0.0.1/", "https://"),
        ("shop.example", "https://"),
        ("http://", "https://"),
        ("http://[::1", "no address"),
        ("http://127.0.0.1:port/", "cannot be"),
        ("http://127.0.0.1:1", "cannot be reached"),
        ("https://kim:pw@127.0.0.1", "INTENT_AL_TOKEN"),
        ("https://127.0.0.1/?token=x", "INTENT_AL_TOKEN"),
        ("http://intent-al.example", "not sent over http"),
        ("https://127.0.0.1:1/a b\n", "cannot be"),
        ("https://intent-al.invalid", "cannot be reached"),
    ],
)
def test_an_address_that_is_none(
    call: Call, clone: Path, address: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTENT_AL_CHECK_SERVER", address)
    monkeypatch.setenv("INTENT_AL_TOKEN", TOKEN)
    found = line(call("check", project=clone))
    assert found.startswith("! waiting          unknown: ")
    assert words in found
    assert "pw@" not in found


@pytest.mark.parametrize("token", ["a\nb", "tökén", "a\x00b"])
def test_a_token_that_no_header_can_have(
    call: Call, clone: Path, server: Server, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "\0" in token:
        assert "no header" in waiting.ServerQuestion(server.url, token).result().unknown
        return
    monkeypatch.setenv("INTENT_AL_TOKEN", token)
    found = call("check", project=clone)
    assert "INTENT_AL_TOKEN holds characters that no header can have" in found.out
    assert not server.asked


def test_a_redirect_is_followed_at_home_only(
    call: Call, clone: Path, server: Server, servers: Callable[[], Server]
) -> None:
    other = servers()

    def moved(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/new":
            says({"decisions": 3, "oldest_seconds": 60})(handler)
        else:
            says(b"", 302, Location="/new")(handler)

    server.answer = moved
    assert "3 decisions wait, the oldest for 1 minute" in line(call("check", project=clone))
    for address in (other.url, server.url.replace("127.0.0.1", "localhost"), "file:///etc/passwd"):
        server.answer = says(b"", 302, Location=f"{address}/api/v1/waiting")
        assert "answered 302; an address elsewhere" in line(call("check", project=clone))
    assert other.asked == []
    server.answer = says(b"", 302, Location="/api/v1/waiting")
    assert "unknown" in line(call("check", project=clone))


@pytest.mark.parametrize("what", ["silent", "a byte at a time"])
def test_a_slow_server_is_not_waited_for(server: Server, what: str) -> None:
    over = threading.Event()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        while not over.wait(0.05):
            if what != "silent":
                handler.wfile.write(b"H")
                handler.wfile.flush()

    server.answer = slow
    assert (
        waiting.ServerQuestion(server.url, timeout=0.3).result().unknown == "no answer within 0.3 s"
    )
    over.set()
