"""One key at a time from the terminal, however fast they come.

A reviewer who knows the keys types ahead. The terminal is therefore switched once for the whole
sitting, and what one read brings is taken apart into keys; asking it anew for every key would echo
and merge those that were typed in between.
"""

from __future__ import annotations

import codecs
import os
import re
import select
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import click

try:
    import termios
except ImportError:  # pragma: no cover - Windows: click knows its console
    termios = None  # type: ignore[assignment]

NAMES = {
    "\r": "enter",
    "\n": "enter",
    "\t": "tab",
    "\x7f": "backspace",
    "\x08": "backspace",
    "\x03": "ctrl-c",
    "\x04": "ctrl-d",
    "\x15": "ctrl-u",
    "\x17": "ctrl-w",
    "\x1a": "ctrl-z",
    "\x1b": "escape",
    "\x1b[A": "up",
    "\x1b[B": "down",
    "\x1b[C": "right",
    "\x1b[D": "left",
    "\x1bOA": "up",
    "\x1bOB": "down",
    "\x1bOC": "right",
    "\x1bOD": "left",
    "\x1b[5~": "page up",
    "\x1b[6~": "page down",
    "\x1b[Z": "shift-tab",
}
RESIZED = "resized"
"""Not a key: the terminal has another size and wants to be drawn again."""
PASTED = "pasted "
"""What was pasted, after this prefix: one event, so that a paste never decides anything."""

_PASTE = re.compile("\x1b\\[200~(.*?)\x1b\\[201~", re.DOTALL)
_SEQUENCE = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|O[@-~])")
_WAIT_FOR_REST = 0.05
_LOOK_AT_SIZE = 0.3


class Keyboard:
    """Callable: the next key, a character or one of ``NAMES``. A context for the whole sitting.

    Raises KeyboardInterrupt for ctrl-C, EOFError where the terminal went away.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = sys.stdin.fileno() if descriptor is None else descriptor
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._typed = ""
        self._saved: list[object] | None = None
        self._size = shutil.get_terminal_size()

    def __enter__(self) -> Keyboard:
        if termios is not None:
            self._saved = termios.tcgetattr(self._descriptor)
            self._listen()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._restore()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """The terminal as it was before, for an editor of lines."""
        self._restore()
        try:
            yield
        finally:
            if self._saved is not None:
                self._listen()

    def __call__(self) -> str:
        if self._saved is None:  # pragma: no cover - Windows
            char = click.getchar()
            return NAMES.get(char, char)
        while not self._typed:
            if shutil.get_terminal_size() != self._size:
                self._size = shutil.get_terminal_size()
                return RESIZED
            if self._readable(_LOOK_AT_SIZE):
                self._read()
        return self._next()

    def _next(self) -> str:
        if self._typed[0] == "\x1b":
            while len(self._typed) < 6 and self._readable(_WAIT_FOR_REST):
                self._read()
            if self._typed.startswith("\x1b[200~"):
                while "\x1b[201~" not in self._typed:
                    self._read()
        for pattern in (_PASTE, _SEQUENCE):
            found = pattern.match(self._typed)
            if found:
                self._typed = self._typed[found.end() :]
                if pattern is _PASTE:
                    return PASTED + found[1]
                return NAMES.get(found[0], found[0])
        key, self._typed = self._typed[0], self._typed[1:]
        return NAMES.get(key, key)

    def _readable(self, seconds: float) -> bool:
        return bool(select.select([self._descriptor], [], [], seconds)[0])

    def _read(self) -> None:
        found = os.read(self._descriptor, 4096)
        if not found:
            raise EOFError
        self._typed += self._decoder.decode(found)

    def _listen(self) -> None:
        """No echo and no lines; ctrl-C still interrupts, ctrl-Z and ctrl-S are keys like others."""
        mode = termios.tcgetattr(self._descriptor)
        mode[0] &= ~(termios.IXON | termios.ICRNL)
        mode[3] &= ~(termios.ECHO | termios.ICANON)
        off = os.fpathconf(self._descriptor, "PC_VDISABLE")
        for name in ("VSUSP", "VDSUSP", "VLNEXT", "VDISCARD"):
            if hasattr(termios, name):
                mode[6][getattr(termios, name)] = off
        mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, mode)

    def _restore(self) -> None:
        if self._saved is not None:
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._saved)  # type: ignore[arg-type]
