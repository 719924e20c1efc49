"""A log that is moved away while nobody reads it loses nothing."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import BinaryIO

import pytest

from connectors import open_connector
from connectors.base import Cursor
from connectors.reading import lines


def event(number: int) -> str:
    return json.dumps(
        {
            "sender_id": "a",
            "event": "user",
            "text": f"text {number}",
            "message_id": f"m{number}",
            "timestamp": 1_790_000_000.0 + number,
            "parse_data": {},
        }
    )


class Log:
    """Written and rotated as ``inside_rasa.spool`` does it; pulled as a job does it."""

    def __init__(self, folder: Path, *, page_size: int = 2) -> None:
        self.path = folder / "events.jsonl"
        self.path.touch()
        self.written = 0
        self.connector = open_connector(
            "rasa_events", {"path": str(self.path), "page_size": page_size}
        )
        self.cursor: Cursor | None = None
        self.read: list[str] = []

    def write(self, count: int) -> None:
        with self.path.open("a") as stream:
            for _ in range(count):
                stream.write(event(self.written) + "\n")
                self.written += 1

    def rotate(self) -> None:
        for number in range(8, 0, -1):
            older = self.path.with_name(f"events.jsonl.{number}")
            if older.exists():
                older.rename(self.path.with_name(f"events.jsonl.{number + 1}"))
        self.path.rename(self.path.with_name("events.jsonl.1"))

    def pull(self) -> None:
        for page in self.connector.pages(self.cursor):
            self.read += [item.text or "" for item in page.events]
            self.cursor = page.cursor

    @property
    def everything(self) -> list[str]:
        return [f"text {number}" for number in range(self.written)]


def test_what_was_written_before_the_move_is_read_after_it(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.write(3)
    log.pull()
    log.write(2)
    log.rotate()
    log.write(4)
    log.pull()
    assert log.read == log.everything


def test_a_moved_file_is_enough_while_the_new_one_is_not_there(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.write(3)
    log.pull()
    log.write(1)
    log.rotate()
    log.pull()
    assert log.read == log.everything
    log.write(2)
    log.pull()
    log.pull()
    assert log.read == log.everything


def test_the_first_pull_reads_the_moved_files_too(tmp_path: Path) -> None:
    log = Log(tmp_path)
    for _ in range(3):
        log.write(2)
        log.rotate()
    log.write(1)
    log.pull()
    assert log.read == log.everything


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_between_pulls_every_event_comes_once(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    log = Log(tmp_path, page_size=rng.choice((1, 2, 100)))
    rotations = 0
    for _ in range(30):
        step = rng.random()
        if step < 0.5:
            log.write(rng.randint(1, 4))
        elif step < 0.7 and log.path.exists() and log.path.stat().st_size and rotations < 7:
            log.rotate()
            rotations += 1
        else:
            log.pull()
    log.pull()
    assert log.read == log.everything


@pytest.mark.parametrize("rotations", [1, 2])
@pytest.mark.parametrize("read_first", [True, False])
@pytest.mark.parametrize("moved_before", [0, 2])
def test_a_move_in_the_middle_of_a_pull_loses_nothing(
    tmp_path: Path, rotations: int, read_first: bool, moved_before: int
) -> None:
    log = Log(tmp_path)
    for _ in range(moved_before):
        log.write(3)
        log.rotate()
    log.write(3)
    if read_first:
        log.pull()
    log.write(5)
    for number, page in enumerate(log.connector.pages(log.cursor)):
        log.read += [item.text or "" for item in page.events]
        log.cursor = page.cursor
        if number < rotations:
            log.rotate()
            log.write(3)
    log.pull()
    assert log.read == log.everything


def test_a_move_while_files_are_opened_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log is rotated after the first, the second, the third file was opened."""
    opened = lines.open_file
    for moment in range(4):
        folder = tmp_path / str(moment)
        folder.mkdir()
        log = Log(folder)
        for _ in range(2):
            log.write(3)
            log.rotate()
        log.write(3)
        log.pull()
        log.write(2)
        calls = iter(range(100))

        def open_file(path: Path, log: Log = log, moment: int = moment) -> BinaryIO:
            if next(calls) == moment:  # noqa: B023 - used up within the loop
                log.rotate()
                log.write(1)
            return opened(path)

        with monkeypatch.context() as patched:
            patched.setattr(lines, "open_file", open_file)
            log.pull()
        log.pull()
        assert log.read == log.everything, moment


def test_between_two_moves_a_name_is_missing(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.write(3)
    log.rotate()
    log.pull()
    log.write(2)
    log.path.with_name("events.jsonl.1").rename(log.path.with_name("events.jsonl.2"))
    log.pull()
    assert log.read == log.everything
