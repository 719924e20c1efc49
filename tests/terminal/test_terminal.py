"""A real terminal: keys as they come over the line, and a whole sitting in a pseudo-terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from intent_al.store import Store, queue
from intent_al.terminal.keyboard import PASTED, Keyboard
from tests.support.commands import MAIN
from tests.support.limits import HANG
from tests.support.places import ROOT


@contextlib.contextmanager
def terminal_pair() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    try:
        yield ours, theirs
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        (b"1", ["1"]),
        (b"1o d/", ["1", "o", " ", "d", "/"]),
        (b"\r", ["enter"]),
        (b"\x1b[A\x1b[B\x1bOC\x1b[Zx", ["up", "down", "right", "shift-tab", "x"]),
        (b"\x7f\x08\x15\x17\x1a", ["backspace", "backspace", "ctrl-u", "ctrl-w", "ctrl-z"]),
        (b"\x1b", ["escape"]),
        (b"\x1b[5~\x1b[15~a", ["page up", "\x1b[15~", "a"]),
        ("ä日😂".encode(), ["ä", "日", "😂"]),
        (b"\x1b[200~1\n2\x1b[201~q", [PASTED + "1\n2", "q"]),
        (b"\xff1", ["\ufffd", "1"]),
    ],
)
def test_what_was_typed_ahead_is_taken_apart(sent: bytes, keys: list[str]) -> None:
    with terminal_pair() as (ours, theirs), Keyboard(theirs) as keyboard:
        os.write(ours, sent)
        assert [keyboard() for _ in keys] == keys


def test_the_terminal_is_left_as_it_was_found() -> None:
    with terminal_pair() as (_, theirs):
        before = termios.tcgetattr(theirs)
        with Keyboard(theirs) as keyboard:
            assert termios.tcgetattr(theirs) != before
            with keyboard.lent():
                assert termios.tcgetattr(theirs) == before
        assert termios.tcgetattr(theirs) == before


class Terminal:
    """``intent-al`` in a pseudo-terminal of its own, and what it has shown so far."""

    def __init__(self, folder: Path, *args: str, size: tuple[int, int] = (30, 100)) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", MAIN, *args],
            cwd=folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={"PYTHONPATH": str(ROOT), "PATH": "", "TERM": "xterm", "LANG": "C.UTF-8"},
        )
        os.close(theirs)
        self.shown = ""

    def send(self, keys: str) -> None:
        self.shown = ""
        os.write(self._ours, keys.encode())

    def sees(self, words: str) -> None:
        deadline = time.monotonic() + HANG
        while words not in self.text():
            left = deadline - time.monotonic()
            assert left > 0, f"never saw {words!r} in {self.text()!r}"
            if select.select([self._ours], [], [], min(left, 0.5))[0]:
                self._read()

    def ends(self) -> int:
        deadline = time.monotonic() + HANG
        while self.process.poll() is None and time.monotonic() < deadline:
            if select.select([self._ours], [], [], 0.1)[0]:
                self._read()
        code = self.process.wait(timeout=1)
        self._read()
        return code

    def text(self) -> str:
        return re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", self.shown)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # the other side has gone
            self.shown += os.read(self._ours, 65_536).decode("utf-8", "replace")


@pytest.fixture
def terminal(pulled: Path) -> Iterator[Terminal]:
    found = Terminal(pulled, "review", "--reviewer", "kim")
    try:
        yield found
    finally:
        found.close()


def decided(folder: Path) -> list[tuple[str, str | None, str]]:
    connection = sqlite3.connect(folder / ".intent-al" / "intent-al.db")
    try:
        return connection.execute(
            "SELECT outcome, intent, entities FROM standing_decision ORDER BY id"
        ).fetchall()
    finally:
        connection.close()


def test_a_sitting_at_a_real_terminal(terminal: Terminal, pulled: Path) -> None:
    with Store(pulled / ".intent-al" / "intent-al.db") as store:
        waiting = [item.text for item in queue.open_items(store)]
    terminal.sees("1 of 20")
    terminal.send("/cancel\r")
    terminal.sees("2 of 20")
    terminal.send("odc")  # typed ahead: three decisions
    terminal.sees("5 of 20")
    terminal.send("u")
    terminal.sees("taken back")
    terminal.send("e")
    terminal.sees("entities: ")
    terminal.send(f"\x01\x0b[{waiting[3]}](whatnot)\r")  # to the start, all away, and anew
    terminal.sees("whatnot is new to the bot")
    terminal.send("1")
    terminal.sees("5 of 20")
    terminal.send("q")
    assert terminal.ends() == 0
    assert "4 decided" in terminal.text()
    rows = decided(pulled)
    assert [row[0] for row in rows] == ["labelled", "out_of_scope", "ignore", "labelled"]
    assert rows[0][1] == "cancel_order"
    assert '"whatnot"' in rows[3][2]


def test_ctrl_c_at_the_card_keeps_the_decisions(terminal: Terminal, pulled: Path) -> None:
    terminal.sees("1 of 20")
    terminal.send("12")
    terminal.sees("3 of 20")
    terminal.send("\x03")
    assert terminal.ends() == 130
    assert "stopped; what was done so far is kept" in terminal.text()
    assert "Traceback" not in terminal.text()
    assert "\x1b[?1049l" in terminal.shown  # the screen from before is back
    assert len(decided(pulled)) == 2


def test_a_terminal_that_changes_its_size_is_drawn_again(terminal: Terminal) -> None:
    terminal.sees("1 of 20")
    terminal.shown = ""
    fcntl.ioctl(terminal._ours, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 40, 0, 0))
    terminal.process.send_signal(signal.SIGWINCH)
    terminal.sees("1 of 20")
    assert "\x1b[13;1H" not in terminal.shown
    terminal.send("q")
    assert terminal.ends() == 0


def test_a_terminal_that_goes_away_keeps_the_decisions(terminal: Terminal, pulled: Path) -> None:
    terminal.sees("1 of 20")
    terminal.send("1")
    terminal.sees("2 of 20")
    terminal.process.send_signal(signal.SIGHUP)
    terminal.ends()
    assert len(decided(pulled)) == 1
