"""A file that the bot's events are appended to, without the bot ever waiting for the disk.

Whoever calls ``put`` leaves at once: a thread looks a few times a second what has come in, and
writes it. It is not woken for each line, because two threads that take turns make both slower. What
cannot be written is dropped and counted: a bot that answers is worth more than a log without holes.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import threading
import time
from collections import deque
from pathlib import Path

logger = logging.getLogger(__name__)

MOST_WAITING = 20_000
"""Lines in memory; an event of Rasa has about a kilobyte."""

MOST_BYTES = 64 * 2**20
"""Size at which the file is moved to ``NAME.1`` and a new one is begun."""

KEPT = 4
"""Moved files that stay; the connector reads them before the current one."""

_AT_ONCE = 1_000
_PAUSE = 0.2
_SECONDS_BETWEEN_COMPLAINTS = 60.0
_MODE = 0o600  # what strangers write to the bot is not for everybody on this machine


class Spool:
    """Appends lines to ``path``. No method raises, none waits but ``close``."""

    def __init__(
        self,
        path: Path,
        *,
        most_waiting: int = MOST_WAITING,
        most_bytes: int = MOST_BYTES,
        kept: int = KEPT,
    ) -> None:
        self.path = path
        self.dropped = 0
        self._most_bytes = most_bytes
        self._kept = kept
        self._lines: deque[bytes] = deque()
        self._most_waiting = most_waiting
        self._file = -1
        self._writer: threading.Thread | None = None
        self._process = -1
        self._closing = threading.Event()
        self._complained = -_SECONDS_BETWEEN_COMPLAINTS
        atexit.register(self.close, 2.0)

    def put(self, line: str) -> None:
        """Take one line to be written; without waiting, and without a guarantee."""
        try:
            self._start()
            if len(self._lines) >= self._most_waiting:
                self._drop(1, "more events come in than the disk takes")
            else:
                self._lines.append(line.encode("utf-8", "surrogatepass") + b"\n")
        except Exception as error:  # the bot's turn must go on, whatever it is
            self._drop(1, type(error).__name__)

    def close(self, seconds: float = 5.0) -> None:
        """Write what waits, for so long at most."""
        self._closing.set()
        writer = self._writer
        if writer is not None and self._process == os.getpid():
            writer.join(seconds)

    def _start(self) -> None:
        """The thread begins with the first line, and once more behind a fork."""
        if self._process == os.getpid() and self._writer is not None and self._writer.is_alive():
            return
        if self._closing.is_set():
            raise RuntimeError("the spool is closed")
        if self._process not in (-1, os.getpid()):
            self._lines.clear()  # copies of what the process before the fork writes itself
        self._process = os.getpid()
        self._writer = threading.Thread(target=self._write_all, name="intent-al-spool", daemon=True)
        self._writer.start()

    def _write_all(self) -> None:
        while True:
            closing = self._closing.wait(_PAUSE)
            while lines := self._taken():
                try:
                    self._write(lines)
                except Exception as error:
                    self._drop(len(lines), _named(error))
                    self._shut()
            if closing:
                break
        self._shut()

    def _taken(self) -> list[bytes]:
        """What waits, a batch at most."""
        lines: list[bytes] = []
        while self._lines and len(lines) < _AT_ONCE:
            lines.append(self._lines.popleft())
        return lines

    def _write(self, lines: list[bytes]) -> None:
        """One call for the batch, so that lines of several processes do not mix."""
        data = b"".join(lines)
        if self._file < 0 or not self._is_current():
            self._open()
        if os.fstat(self._file).st_size + len(data) > self._most_bytes:
            self._rotate()
        while data:
            data = data[os.write(self._file, data) :]

    def _open(self) -> None:
        self._shut()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(str(self.path), os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)

    def _is_current(self) -> bool:
        """Another process may have moved the file, or somebody deleted it."""
        try:
            return os.path.samestat(os.fstat(self._file), os.stat(self.path))
        except OSError:
            return False

    def _rotate(self) -> None:
        """``events.jsonl`` becomes ``events.jsonl.1``, that ``.2`` and so on; the last one goes."""
        if not self._is_current() or os.fstat(self._file).st_size == 0:
            return self._open()
        names = [self.path] + [
            self.path.with_name(f"{self.path.name}.{number}") for number in range(1, self._kept + 1)
        ]
        for older, newer in zip(reversed(names[1:]), reversed(names[:-1])):
            if newer.exists():
                os.replace(str(newer), str(older))
        return self._open()

    def _shut(self) -> None:
        if self._file >= 0:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = -1

    def _drop(self, count: int, why: str) -> None:
        self.dropped += count
        now = time.monotonic()
        if now - self._complained >= _SECONDS_BETWEEN_COMPLAINTS:
            self._complained = now
            logger.warning(
                "%s cannot be written (%s): %d events were dropped so far; the bot goes on",
                self.path,
                why,
                self.dropped,
            )


def _named(error: Exception) -> str:
    """What went wrong, without anything that somebody wrote."""
    return getattr(error, "strerror", None) or type(error).__name__
