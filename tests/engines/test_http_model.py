"""What a server of Rasa cannot be made to do at will: hang, break off, answer nonsense.

Everything that it can be made to do is tried on a real one, in ``tests/beside_rasa``.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from intent_al.engines.rasa.http_model import HttpModel
from intent_al.engines.rasa.server import Access, RasaServer
from intent_al.errors import ConfigError, RasaError
from tests.support.limits import HANG

RANKING = [{"name": "greet", "confidence": 0.7}, {"name": "order", "confidence": 0.3}]
PARSED: dict[str, Any] = {"intent": RANKING[0], "intent_ranking": RANKING, "entities": []}
GOOD = {
    "/status": {"model_file": "a.tar.gz", "model_id": "one"},
    "/domain": {"intents": ["greet", {"order": {}}, "nlu_fallback"], "responses": {}},
    "/model/parse": PARSED,
}


class Server(ThreadingHTTPServer):
    """``answers`` by path: a list of (code, body), the last one for ever; JSON unless bytes."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[int, Any]]] = {
            path: [(200, body)] for path, body in GOOD.items()
        }
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, str, str]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, self.headers.get("Authorization") or ""))
        answers = self.server.answers.get(path, [(404, {})])
        code, body = answers.pop(0) if len(answers) > 1 else answers[0]
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_PUT = do_GET  # noqa: N815 - the library looks for these names

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as started:
        thread = threading.Thread(target=started.serve_forever, daemon=True)
        thread.start()
        yield started
        started.shutdown()
        thread.join()


class Pauses(list[float]):
    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def client(server: Server | str, pauses: Pauses | None = None, **more: Any) -> RasaServer:
    url = server if isinstance(server, str) else server.url
    settings = {"timeout": HANG, **more}
    return RasaServer(Access(url, **settings), sleep=Pauses() if pauses is None else pauses)


def test_a_server_that_is_overloaded_is_asked_again_with_growing_pauses(server: Server) -> None:
    server.answers["/status"] = [(503, {}), (502, b"<html>"), (200, GOOD["/status"])]
    pauses = Pauses()
    with client(server, pauses) as asked:
        status = asked.status()
    assert status is not None
    assert status.model_id == "one"
    assert len(pauses) == 2
    assert pauses[1] > pauses[0]


def test_retry_after_is_respected(server: Server) -> None:
    server.headers["Retry-After"] = "3"
    server.answers["/status"] = [(429, {}), (200, GOOD["/status"])]
    pauses = Pauses()
    with client(server, pauses) as asked:
        asked.status()
    assert 2.4 <= pauses[0] <= 3.6


@pytest.mark.parametrize(
    ("code", "body", "said"),
    [
        (401, {}, "INTENT_AL_RASA_TOKEN"),
        (403, {}, "INTENT_AL_RASA_JWT_SECRET"),
        (404, {}, "--enable-api"),
        (302, {}, "not followed"),
        (500, {"message": "it\nbroke"}, "answers 500: it broke"),
        (503, {}, "answers 503"),
        (200, b"<html>hello</html>", "is this a Rasa server?"),
        (200, [], "is this a Rasa server?"),
    ],
)
def test_an_answer_that_is_none_is_one_line(
    code: int, body: Any, said: str, server: Server
) -> None:
    server.answers["/status"] = [(code, body)]
    server.headers["Location"] = "http://127.0.0.1:9/"
    with client(server, token="s3cret") as asked, pytest.raises(RasaError) as error:
        asked.status()
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert "s3cret" not in str(error.value)


def test_a_server_that_hangs_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with client(url, timeout=0.2) as asked, pytest.raises(RasaError, match=r"within 0\.2 s"):
            asked.status()


def test_a_server_that_breaks_off_is_asked_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as broken:

        def serve() -> None:
            for _ in range(5):
                connection, _ = broken.accept()
                connection.recv(1_000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
                connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{broken.getsockname()[1]}"
        with client(url) as asked, pytest.raises(RasaError, match="does not answer"):
            asked.status()
        thread.join(HANG)
        assert not thread.is_alive(), "five tries"


def test_a_model_is_put_once_whatever_comes_back(server: Server) -> None:
    server.answers["/model"] = [(503, {})]
    with client(server) as asked, pytest.raises(RasaError):
        asked.put_model("/models/new.tar.gz")
    assert [one[0] for one in server.asked] == ["PUT"]


def test_who_we_are_is_signed(server: Server) -> None:
    with client(server, jwt_secret="secret", jwt_method="HS384") as asked:
        asked.status()
    kind, token = server.asked[0][2].split(" ")
    assert kind == "Bearer"
    assert len(token.split(".")) == 3
    assert "secret" not in token


def test_a_model_that_changes_meanwhile_is_no_mixture(server: Server) -> None:
    with client(server) as asked:
        model = HttpModel(asked)
        assert model.labels == ("greet", "order")
        server.answers["/status"] = [(200, {"model_file": "b", "model_id": "two"})]
        with pytest.raises(RasaError, match="changed its model"):
            model.predict(["hello"])


@pytest.mark.parametrize("ranking", [None, "x"], ids=["no ranking", "no list"])
def test_a_bot_that_ranks_nothing_is_not_taken_for_sure(ranking: Any, server: Server) -> None:
    server.answers["/model/parse"] = [(200, {**PARSED, "intent_ranking": ranking})]
    with client(server) as asked, pytest.raises(RasaError, match="ranks no intents"):
        HttpModel(asked)


def test_a_server_without_a_model_says_so(server: Server) -> None:
    server.answers["/status"] = [(409, {})]
    with client(server) as asked:
        assert asked.status() is None
        with pytest.raises(RasaError, match="no model loaded"):
            HttpModel(asked)


@pytest.mark.parametrize("url", ["localhost:5005", "ftp://x", "http://"])
def test_an_address_that_is_none_is_a_setting_to_mend(url: str) -> None:
    with pytest.raises(ConfigError, match="no http address"):
        client(url)


def test_what_is_secret_in_an_address_is_not_shown() -> None:
    with client("http://user:s3cret@127.0.0.1:9") as asked, pytest.raises(RasaError) as error:
        asked.status()
    assert "s3cret" not in str(error.value)
