"""The bot's own model, asked through a worker in the bot's interpreter.

A model takes a minute to load, so the worker stays warm; it ends with this process, however that
ends. Requests and answers are lines of JSON, see ``inside_rasa.worker.serve``.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

from intent_al.engines.rasa.interpreter import RasaPython
from intent_al.errors import RasaError
from intent_al.inside_rasa import worker
from intent_al.system import processes

_PROGRAM = Path(worker.__file__).with_name("__main__.py")
AHEAD = 2
"""Requests that the worker has at a time: one that it works on, one that waits for it."""

_GRACE_SECONDS = 5.0
_SHOWN = 400


class RasaWorker:
    """Starts on the first request. Use it as a context manager: it leaves nothing behind."""

    def __init__(self, python: RasaPython, folder: Path, *, timeout: float) -> None:
        """``folder`` is the bot's, from where its own components are imported; ``timeout`` are
        seconds for one request, loading included."""
        self.python = python
        self._folder = folder
        self._timeout = timeout
        self._running: _Running | None = None
        self._asked = 0

    def __enter__(self) -> RasaWorker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._running is not None:
            self._running.end()
            self._running = None

    def facts(self, archive: Path) -> dict[str, Any]:
        """What the model is: see ``BotModel.facts``."""
        return self._ask(archive, {"do": "facts"})

    def parse(
        self, archive: Path, chunks: Iterable[Sequence[str]], *, vectors: bool = False
    ) -> Iterator[dict[str, Any]]:
        """What the model makes of each chunk of texts, arrays still packed: ``BotModel.parse``.

        While an answer is being used, the worker is at the next chunk already.
        """
        return self._ask_all(
            archive,
            ({"do": "parse", "texts": list(texts), "vectors": vectors} for texts in chunks),
        )

    def _ask(self, archive: Path, request: dict[str, Any]) -> dict[str, Any]:
        return next(self._ask_all(archive, [request]))

    def _ask_all(
        self, archive: Path, requests: Iterable[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """Answers in order. A worker that dies is started once more, and asked again."""
        coming = iter(requests)
        sent: deque[dict[str, Any]] = deque()
        died = False
        while True:
            try:
                running = self._running or self._start(sent)
                while len(sent) < AHEAD and (request := next(coming, None)) is not None:
                    self._asked += 1
                    sent.append({"id": self._asked, "archive": str(archive), **request})
                    running.send(sent[-1])
                if not sent:
                    return
                answer = running.answer(sent[0]["id"])
            except _DiedError as death:
                self.close()
                if died:
                    raise RasaError(f"Rasa's process {death}", where=self.python.path) from None
                died = True
                continue
            except RasaError:
                self.close()  # it is busy with what nobody waits for any more
                raise
            sent.popleft()
            died = False
            yield self._checked(answer, archive)

    def _start(self, again: Iterable[dict[str, Any]]) -> _Running:
        """A new worker, which is asked ``again`` what the last one has left open."""
        self._running = _Running(self.python, self._folder, self._timeout)
        for request in again:
            self._running.send(request)
        return self._running

    def _checked(self, answer: dict[str, Any], archive: Path) -> dict[str, Any]:
        error = answer.get("error")
        if error is None:
            found: dict[str, Any] = answer["ok"]
            return found
        advice = {
            "version": "train it again with this Rasa, or set [rasa] python to the Rasa of the bot",
            "no_nlu": "train it with `rasa train`",
            "no_model": "train one with `rasa train`",
            "memory": "close other programs, or give the machine more memory",
        }.get(error["kind"])
        said = f"{error['message']}; {advice}" if advice else error["message"]
        if error["kind"] == "failed" and self._running is not None:
            said = f"Rasa failed on it: {said}"
        raise RasaError(said, where=archive)


class _DiedError(Exception):
    """The worker is gone; the text says how and what it said last."""


class _Running:
    """One process with its streams."""

    def __init__(self, python: RasaPython, folder: Path, timeout: float) -> None:
        self._timeout = timeout
        self._python = python
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
        self._scratch = tempfile.TemporaryDirectory(prefix="intent-al-rasa-")
        self._process = subprocess.Popen(
            [str(python.path), str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            cwd=folder,
            # TensorFlow and Rasa leave files behind when they are ended; we do not
            env={**os.environ, "TMPDIR": self._scratch.name},
            start_new_session=True,  # ctrl-C is for us; we end it
        )
        self._watch = contextlib.ExitStack()
        self._watch.enter_context(processes.watched(self._process))
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        """Answers, then an empty line for their end."""
        assert self._process.stdout is not None
        with contextlib.suppress(ValueError, OSError):
            for line in self._process.stdout:
                self._lines.put(line)
        self._lines.put(b"")

    def send(self, request: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(orjson.dumps(request) + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise _DiedError(self._death()) from None

    def answer(self, number: int) -> dict[str, Any]:
        """The answer to one request; earlier ones that nobody waited for are passed over."""
        while True:
            try:
                line = self._lines.get(timeout=self._timeout)
            except queue.Empty:
                raise RasaError(
                    f"Rasa did not answer within {self._timeout:g} s; raise [rasa] timeout if the "
                    "model needs longer",
                    where=self._python.path,
                ) from None
            if not line:
                raise _DiedError(self._death())
            answer: dict[str, Any] = orjson.loads(line)
            if answer["id"] == number:
                return answer

    def _death(self) -> str:
        try:
            code = self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            return "closed its output"
        if code == -signal.SIGKILL:
            return "was killed, most likely because memory ran out; close other programs"
        return f"ended with exit code {code}. It said last: {self.last_words()}"

    def last_words(self) -> str:
        self._said.seek(0)
        text = self._said.read().decode("utf-8", "replace")
        return " ".join(text.split())[-_SHOWN:] or "nothing"

    def end(self) -> None:
        """With whatever it has started itself."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._watch.close()
        self._reader.join()  # it holds the stream until the last line
        self._process.stdout.close()
        self._said.close()
        self._scratch.cleanup()
