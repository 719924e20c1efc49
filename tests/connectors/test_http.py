"""The client asks real servers on loopback: busy, slow, broken, endless, and those that send on."""

from __future__ import annotations

import json
import logging
import shutil
import socket
import ssl
import subprocess
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import ConnectorError, SettingsError, SourceBroken, TryAgain
from connectors.reading.http import LONGEST_PAUSE, HttpClient, NoAnswer, TooLong, Untrusted
from tests.support.limits import HANG

SECRET = "s3cret"
Reply = tuple[int, object, dict[str, str]]


class Server(ThreadingHTTPServer):
    """Gives ``replies`` in their order, the last one for ever; keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.replies: list[Reply] = [(200, {"page": 1}, {})]
        self.by_path: dict[str, Reply] = {}
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.opened = 0
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """We hang up on what is too long."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.opened += 1

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sent = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.command, self.path, sent, body))
        replies = self.server.replies
        found = replies.pop(0) if len(replies) > 1 else replies[0]
        code, said, headers = self.server.by_path.get(self.path, found)
        data = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(code)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = "Content-Length" in headers

    do_POST = do_GET  # noqa: N815 - the library looks for this name

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def servers() -> Iterator[Callable[[], Server]]:
    started: list[Server] = []

    def start() -> Server:
        started.append(Server())
        threading.Thread(target=started[-1].serve_forever, args=(0.02,), daemon=True).start()
        return started[-1]

    yield start
    for one in started:
        one.shutdown()
        one.server_close()


@pytest.fixture
def server(servers: Callable[[], Server]) -> Server:
    return servers()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(pauses: list[float]) -> Iterator[Callable[..., HttpClient]]:
    made: list[HttpClient] = []

    def make(server: Server | str, **more: Any) -> HttpClient:
        url = server if isinstance(server, str) else server.url
        made.append(HttpClient(url, **{"timeout": HANG, "sleep": pauses.append, **more}))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_pages_come_over_one_connection(server: Server, client: Callable[..., HttpClient]) -> None:
    asked = client(f"{server.url}/v1/", headers={"X-Api-Key": SECRET})
    assert asked.get_json("/messages", {"after": "a b&c"}) == {"page": 1}
    assert asked.get_json("/messages") == {"page": 1}
    assert [one[1] for one in server.asked] == ["/v1/messages?after=a+b%26c", "/v1/messages"]
    assert server.asked[0][2]["x-api-key"] == SECRET
    assert server.opened == 1
    asked.close()
    asked.get_json()
    assert server.opened == 2


def test_a_busy_server_is_asked_again_with_growing_pauses(
    server: Server, client: Callable[..., HttpClient], pauses: list[float]
) -> None:
    server.replies = [(503, {}, {}), (429, {}, {}), (502, {}, {}), (200, "here", {})]
    assert client(server).get_json() == "here"
    assert len(pauses) == 3
    assert pauses == sorted(pauses)


@pytest.mark.parametrize("given", ["7", "a date"])
def test_retry_after_is_waited_for(
    server: Server, client: Callable[..., HttpClient], pauses: list[float], given: str
) -> None:
    given = formatdate(time.time() + 30, usegmt=True) if given == "a date" else given
    server.replies = [(503, {}, {"Retry-After": given}), (200, "here", {})]
    assert client(server).get_json() == "here"
    assert pauses[0] == 7.0 if given == "7" else 5 < pauses[0] <= 30


def test_who_wants_a_long_pause_is_left_alone(
    server: Server, client: Callable[..., HttpClient], pauses: list[float]
) -> None:
    server.replies = [(429, {}, {"Retry-After": str(int(LONGEST_PAUSE) + 1)})]
    with pytest.raises(TryAgain, match=r"answers 429; try again in 61 s"):
        client(server).get_json()
    assert len(server.asked) == 1
    assert pauses == []


@pytest.mark.parametrize("given", ["soon", "-5", ""])
def test_a_pause_that_is_none_is_our_own(
    server: Server, client: Callable[..., HttpClient], pauses: list[float], given: str
) -> None:
    server.replies = [(503, {}, {"Retry-After": given}), (200, "here", {})]
    assert client(server).get_json() == "here"
    assert 0 < pauses[0] < 1


def test_what_may_have_had_an_effect_is_tried_again_only_where_that_is_said(
    server: Server, client: Callable[..., HttpClient]
) -> None:
    server.replies = [(503, {}, {})]
    asked = client(server)
    assert asked.request("POST", "/send", body={"text": "hé"}).status == 503
    assert len(server.asked) == 1
    assert json.loads(server.asked[0][3]) == {"text": "hé"}
    assert asked.request("POST", "/send", body={}, tries=3).status == 503
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        ((401, {}, {}), SettingsError, "answers 401; are the credentials right?"),
        ((404, {}, {}), SettingsError, "answers 404; is the address right?"),
        ((500, {}, {}), TryAgain, "answers 500"),
        ((503, {}, {}), TryAgain, "answers 503"),
        ((200, b"<html>", {}), SourceBroken, "answers no JSON"),
        ((200, b"\xff", {}), SourceBroken, "answers no JSON"),
        ((302, {}, {"Location": "http://127.0.0.1:9/"}), SettingsError, "answers 302"),
    ],
)
def test_an_answer_that_is_none_says_what_to_do(
    server: Server,
    client: Callable[..., HttpClient],
    reply: Reply,
    kind: type[ConnectorError],
    said: str,
) -> None:
    server.replies = [reply]
    with pytest.raises(kind, match=said.replace("?", r"\?")) as caught:
        client(server).get_json()
    assert caught.value.where == server.url


def test_nobody_there(client: Callable[..., HttpClient], pauses: list[float]) -> None:
    with pytest.raises(NoAnswer, match=r"does not answer \(Connection refused\)") as caught:
        client("http://127.0.0.1:9").get_json()
    assert not caught.value.timed_out
    assert len(pauses) == 4


def test_a_server_that_hangs_is_given_up(client: Callable[..., HttpClient]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NoAnswer, match=r"does not answer within 0\.1 s") as caught:
            client(url, timeout=0.1, tries=2).get_json()
    assert caught.value.timed_out


def test_an_answer_that_breaks_off_is_asked_for_again(
    server: Server, client: Callable[..., HttpClient]
) -> None:
    server.replies = [(200, b"[1", {"Content-Length": "100"}), (200, [1, 2], {})]
    assert client(server).get_json() == [1, 2]


@pytest.mark.parametrize("length", ["", "2000"], ids=["without a length", "with its length"])
def test_an_answer_that_is_too_long_is_not_read_to_its_end(
    server: Server, client: Callable[..., HttpClient], length: str
) -> None:
    server.replies = [(200, b"x" * 2_000, {"Content-Length": length})]
    with pytest.raises(TooLong, match="more than 1,000 bytes"):
        client(server, longest=1_000).get_json()
    server.replies = [(200, b"[1]", {})]
    assert client(server, longest=3).get_json() == [1]


def test_a_redirect_is_followed_at_home_only(
    server: Server, servers: Callable[[], Server], client: Callable[..., HttpClient]
) -> None:
    other = servers()
    asked = client(server, headers={"Authorization": SECRET})
    server.by_path = {
        "/old": (308, b"", {"Location": "/new?a=1"}),
        "/new?a=1": (200, "moved", {}),
        "/loop": (302, b"", {"Location": "/loop"}),
        "/other": (302, b"", {"Location": f"{other.url}/new"}),
        "/name": (302, b"", {"Location": server.url.replace("127.0.0.1", "localhost")}),
        "/file": (302, b"", {"Location": "file:///etc/passwd"}),
        "/none": (302, b"", {"Location": "http://[::1"}),
    }
    assert asked.get_json("/old") == "moved"
    for path in ("/loop", "/other", "/name", "/file", "/none"):
        assert asked.request("GET", path).status == 302
    assert asked.request("POST", "/old", body={}).status == 308
    assert other.asked == []


@pytest.mark.parametrize("url", ["localhost:80", "ftp://x", "http://", "http://[::1", "http://h:p"])
def test_an_address_that_is_none_is_a_setting_to_mend(url: str) -> None:
    with pytest.raises(SettingsError, match="no address that starts with http"):
        HttpClient(url)


def test_letters_of_all_scripts_are_sent_as_a_browser_would(
    server: Server, client: Callable[..., HttpClient]
) -> None:
    client(f"{server.url}/höök näme%20x?k=ü&b=1 2").get_json()
    assert server.asked[0][1] == "/h%C3%B6%C3%B6k%20n%C3%A4me%20x?k=%C3%BC&b=1%202"
    assert client("http://bücher.example:8/x").origin == "http://xn--bcher-kva.example:8"
    assert client("https://user:pw@[::1]:8/x?y").origin == "https://[::1]:8"


@pytest.mark.parametrize("path", ["refused", "busy", "broken", "long", "no name", "no host"])
def test_no_secret_is_in_an_error_or_a_log(
    server: Server,
    client: Callable[..., HttpClient],
    caplog: pytest.LogCaptureFixture,
    path: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    server.replies = [(503, {}, {}) if path == "busy" else (200, b"{", {})]
    origins = {
        "refused": "127.0.0.1:9",
        "no name": "no-such-name.invalid",
        "no host": "no host.invalid",
    }
    place = origins.get(path, server.url.partition("//")[2])
    url = f"http://{SECRET}:{SECRET}@{place}/{SECRET}?key={SECRET}"
    longest = 0 if path == "long" else 10
    with pytest.raises(ConnectorError) as caught:
        client(url, headers={"X": SECRET}, longest=longest).get_json(
            f"/{SECRET}", {"token": SECRET}
        )
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in caplog.text
    assert "\n" not in str(caught.value)


def test_proxies_of_the_environment_are_asked_where_that_is_said(
    server: Server, client: Callable[..., HttpClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url.replace("//", "//kim:p%40w@"))
    monkeypatch.setenv("no_proxy", "inside.invalid")
    assert client("http://outside.invalid/x", proxies=True).get_json() == {"page": 1}
    assert server.asked[0][1] == "http://outside.invalid/x"
    assert server.asked[0][2]["proxy-authorization"] == "Basic a2ltOnBAdw=="
    for url, proxies in (("http://outside.invalid", False), ("http://inside.invalid", True)):
        with pytest.raises(NoAnswer):
            client(url, proxies=proxies, tries=1).get_json()
    assert len(server.asked) == 1


def test_a_server_without_tls(server: Server, client: Callable[..., HttpClient]) -> None:
    with pytest.raises(Untrusted, match="speaks no TLS"):
        client(server.url.replace("http:", "https:")).get_json()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="nobody makes a certificate")
def test_a_certificate_that_nobody_vouches_for(
    server: Server, client: Callable[..., HttpClient], tmp_path: Path, pauses: list[float]
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with pytest.raises(Untrusted, match=r"certificate is not trusted \(CERTIFICATE_VERIFY_FAILED"):
        client(server.url.replace("http:", "https:")).get_json()
    assert server.asked == []
    assert pauses == [], "a certificate does not get better"
