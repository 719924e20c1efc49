"""Events reach the file, and whatever the disk does, the bot does not wait for it."""

from __future__ import annotations

import logging
import os
import stat
import threading
import warnings
from pathlib import Path

import pytest

from intent_al.inside_rasa.spool import Spool
from tests.support.limits import HANG, until


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_lines_are_in_the_file_in_their_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "deep" / "events.jsonl")
    for number in range(5_000):
        spool.put(str(number))
    spool.close()
    assert lines(spool.path) == [str(number) for number in range(5_000)]
    assert spool.dropped == 0


def test_a_line_is_there_a_moment_later_without_closing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "events.jsonl")
    spool.put("hello")
    until(lambda: lines(spool.path) == ["hello"])
    spool.close()


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "events.jsonl")
    spool.put("hello")
    spool.close()
    assert stat.S_IMODE(spool.path.stat().st_mode) == 0o600


def test_many_threads_lose_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "events.jsonl")

    def speak(name: str) -> None:
        for number in range(500):
            spool.put(f"{name} {number}")

    threads = [threading.Thread(target=speak, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spool.close()
    found = lines(spool.path)
    for name in "abcd":
        own = [line for line in found if line.startswith(name)]
        assert own == [f"{name} {number}" for number in range(500)]


def test_full_files_are_moved_and_the_oldest_goes(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "events.jsonl", most_bytes=50, kept=2)
    for number in range(8):
        spool.put(f"{number} {'x' * 30}")
        last = f"{number} {'x' * 30}"
        until(lambda last=last: last in lines(spool.path))
    spool.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["events.jsonl", "events.jsonl.1", "events.jsonl.2"]
    kept = [lines(tmp_path / name)[0][0] for name in names]
    assert kept == ["7", "6", "5"]


def test_a_file_that_somebody_deleted_is_begun_anew(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "events.jsonl")
    spool.put("one")
    until(lambda: lines(spool.path) == ["one"])
    spool.path.unlink()
    spool.put("two")
    until(lambda: lines(spool.path) == ["two"])
    spool.close()


@pytest.mark.parametrize("where", ["a folder", "below a file", "a full disk"])
def test_a_spool_that_cannot_be_written_drops_and_says_so_once(
    where: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    path = {
        "a folder": tmp_path,
        "below a file": tmp_path / "file" / "events.jsonl",
        "a full disk": Path("/dev/full"),
    }[where]
    if where == "a full disk" and not path.exists():
        pytest.skip("this system has no /dev/full")
    spool = Spool(path)
    with caplog.at_level(logging.WARNING):
        for number in range(200):
            spool.put(str(number))
        until(lambda: spool.dropped == 200)
        spool.close()
    assert len(caplog.records) == 1
    assert "the bot goes on" in caplog.text


def test_a_disk_that_comes_back_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "spool" / "events.jsonl"
    (tmp_path / "spool").touch()
    spool = Spool(path)
    spool.put("lost")
    until(lambda: spool.dropped == 1)
    os.unlink(tmp_path / "spool")
    spool.put("kept")
    until(lambda: lines(path) == ["kept"])
    spool.close()


def test_memory_is_bounded_and_nobody_waits_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    spool = Spool(tmp_path / "events.jsonl", most_waiting=100)
    write = spool._write
    monkeypatch.setattr(spool, "_write", lambda batch: (held.wait(HANG), write(batch)))
    for number in range(2_000):
        spool.put(str(number))
    assert spool.dropped >= 2_000 - 100 - 1_000
    held.set()
    spool.close()
    assert len(lines(spool.path)) == 2_000 - spool.dropped


def test_closed_twice_and_spoken_to_afterwards(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "events.jsonl")
    spool.put("hello")
    spool.close()
    spool.close()
    spool.put("too late")
    assert lines(spool.path) in (["hello"], ["hello", "too late"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_fork_writes_what_waits_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that forks its workers after the first events came in."""
    monkeypatch.setattr("intent_al.inside_rasa.spool._PAUSE", 0.5)
    spool = Spool(tmp_path / "events.jsonl")
    spool.put("before")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads
        child = os.fork()
    if child == 0:
        spool.put("child")
        spool.close()
        os._exit(0)
    os.waitpid(child, 0)
    spool.put("parent")
    spool.close()
    assert sorted(lines(spool.path)) == ["before", "child", "parent"]


def test_what_is_said_of_a_failure_holds_no_words_of_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: Spool, lines: list[bytes]) -> None:
        raise ValueError("my card is 4111 1111 1111 1111")

    monkeypatch.setattr(Spool, "_write", broken)
    spool = Spool(tmp_path / "events.jsonl")
    with caplog.at_level(logging.WARNING):
        spool.put("hello")
        spool.close()
    assert "ValueError" in caplog.text
    assert "4111" not in caplog.text
