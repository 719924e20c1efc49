"""Records the production log of the example bot, by talking to the running bot.

A log that somebody made up would show what its author thinks Rasa writes. This one is written by
Rasa itself: the bot is started, every conversation of `conversations/` is played over its REST
channel, and its SQLite tracker store is kept. Run it with the interpreter that has Rasa 3.6:

    python recording/record.py --model models/bot.tar.gz
    python recording/record.py              # trains first, 5 to 9 minutes

It writes `rasa.db` beside the bot, and here `answers.jsonl`, `held_out_senders.txt` and
`held_out_traffic.jsonl`. With the same model, conversations and seed the same messages are sent
in the same order; Rasa draws new message ids and picks at random among variants of a response.
"""

from __future__ import annotations

import argparse
import heapq
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import answer_key
from clock import PlayedTurn, move_timestamps, plan_starts
from conversations import Conversation, read_conversations
from customers import Turn, Turns, customer

HERE = Path(__file__).resolve().parent
BOT = HERE.parent
_ENVIRONMENT = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2"}


def train() -> Path:
    """Train into `models/` and return the archive."""
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "bot"]
    subprocess.run(command, cwd=BOT, env=_ENVIRONMENT, check=True)
    return BOT / "models" / "bot.tar.gz"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _request(url: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


@contextmanager
def running_bot(model: Path, folder: Path) -> Iterator[str]:
    """The base URL of the bot; `folder` is its working directory, where `rasa.db` appears."""
    port = _free_port()
    command = [sys.executable, "-m", "rasa", "run", "--enable-api", "--model", str(model)]
    command += ["--interface", "127.0.0.1", "--port", str(port)]
    command += ["--endpoints", str(BOT / "endpoints.yml")]
    command += ["--credentials", str(BOT / "credentials.yml")]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=_ENVIRONMENT, stdout=log, stderr=log)
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], seconds: int = 600) -> None:
    for _ in range(seconds):
        if server.poll() is not None:
            raise SystemExit(
                f"the bot stopped with code {server.returncode} before it was ready; "
                "start it by hand with `rasa run` to see why"
            )
        try:
            if _request(f"{url}/status").get("model_file"):
                return
        except (urllib.error.URLError, ConnectionError):
            pass  # not listening yet, or (409) no model yet
        time.sleep(1)
    raise SystemExit(f"the bot was not ready after {seconds} s")


class Recorder:
    """Sends turns and keeps, for each, what it left in the tracker store."""

    def __init__(self, url: str, database: Path) -> None:
        self.url = url
        self.database = database
        self.turns: list[PlayedTurn] = []
        self.said: list[answer_key.Said] = []

    def send(self, sender: str, turn: Turn, planned: float) -> list[dict[str, Any]]:
        """One request; Rasa answers it after its events have been committed."""
        sent = time.time()
        body = {"sender": sender, "message": turn.text}
        replies: list[dict[str, Any]] = _request(f"{self.url}/webhooks/rest/webhook", body)
        first_id = self.turns[-1].last_id + 1 if self.turns else 0
        self.turns.append(PlayedTurn(first_id, self._last_id(), sent, planned))
        if turn.line is not None:
            self.said.append(answer_key.Said(sender, turn.line))
        return replies

    def _last_id(self) -> int:
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return int(connection.execute("SELECT max(id) FROM events").fetchone()[0])
        finally:
            connection.close()


def play(
    recorder: Recorder,
    conversations: Sequence[Conversation],
    starts: Mapping[tuple[str, int], float],
    seed: int,
) -> None:
    """All conversations at once, each in its own order, interleaved by their planned times."""
    running: list[tuple[float, int, Conversation, Turns | None, Turn]] = []
    person: Turns | None
    for order, conversation in enumerate(conversations):
        person = customer(conversation, seed)
        start = starts[conversation.sender, conversation.number]
        heapq.heappush(running, (start, order, conversation, person, next(person)))
        if conversation.number:  # the widget opens a new session when a customer comes back
            opening = Turn("/session_start", None, 0.0)
            heapq.heappush(running, (start - 2.0, -order, conversation, None, opening))
    while running:
        planned, order, conversation, person, turn = heapq.heappop(running)
        replies = recorder.send(conversation.sender, turn, planned)
        if person is None:
            continue
        try:
            following = person.send(replies)
        except StopIteration:
            continue
        heapq.heappush(running, (planned + following.pause, order, conversation, person, following))
        if len(recorder.turns) % 100 == 0:
            print(f"{len(recorder.turns)} turns, {len(running)} conversations open", flush=True)


def main() -> None:
    """Train if necessary, play, rewrite the times, write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path, help="archive of `rasa train`; trained if not given")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--start", default="2026-04-20", help="first day of the log (UTC)")
    parser.add_argument("--spread-days", type=int, default=42, help="0 keeps the real times")
    options = parser.parse_args()
    conversations = read_conversations(HERE / "conversations")
    model = (options.model or train()).resolve()
    starts = plan_starts(conversations, options.start, options.spread_days or 42, options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        database = Path(scratch) / "rasa.db"
        with running_bot(model, Path(scratch)) as url:
            recorder = Recorder(url, database)
            play(recorder, conversations, starts, options.seed)
        if options.spread_days:
            move_timestamps(database, recorder.turns)
        shutil.copyfile(database, BOT / "rasa.db")
    answer_key.write(HERE, recorder.said, options.seed)
    print(f"{len(recorder.turns)} turns, {len(recorder.said)} of them free text")


if __name__ == "__main__":
    main()
