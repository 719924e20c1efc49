"""The scheduler as a process: a conversation reaches the queue by itself."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from intent_al.project.config import find_project
from intent_al.store import Store, queue
from tests.support import small_bot
from tests.support.limits import HANG, until

pytestmark = pytest.mark.slow

MAIN = "import sys; from intent_al.cli import run; sys.exit(run(sys.argv[1:]))"


@contextmanager
def scheduled(bot: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", MAIN, "schedule", "--project", str(bot), *words]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def asked(bot: Path) -> set[str]:
    path = find_project(bot).database
    if not path.exists():
        return set()
    with closing(Store(path)) as store:
        return {item.text for item in queue.open_items(store)}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_new_messages_are_in_the_queue_after_the_next_intake(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    bot = small_bot.make(tmp_path / "bot", ["where is it", "money back please"])
    with scheduled(bot, "--intake", "5 s", "--cycle", "never", "--json") as process:
        until(lambda: len(asked(bot)) == 2, lambda: asked(bot))
        with closing(sqlite3.connect(bot / "rasa.db")) as connection, connection:
            event = small_bot._user("the vase never came, stop it", 77, small_bot.START + 9_000)
            small_bot._insert(connection, "late", event)
        until(lambda: "the vase never came, stop it" in asked(bot), lambda: asked(bot))
        process.send_signal(number)
        out, err = process.communicate(timeout=HANG)
    assert process.returncode == code, err
    lines = [line for line in map(json.loads, out.splitlines()) if "job" in line]
    assert [line["job"] for line in lines] == ["intake", "intake"]
    assert "1 new user turns, 1 utterances to review" in lines[1]["line"]


def test_a_bad_interval_is_one_line(tmp_path: Path) -> None:
    bot = small_bot.make(tmp_path / "bot", ["hello"])
    with scheduled(bot, "--intake", "2 s") as process:
        _, err = process.communicate(timeout=HANG)
    assert process.returncode == 3
    assert err.count("\n") == 1
    assert "between 5 seconds and a week" in err
