"""One JSON object a line in, one a line out, until the input ends.

Requests have an ``id`` and say what to ``do``: ``facts`` or ``parse``, of an ``archive``; ``parse``
has ``texts`` and may ask for ``vectors``. An answer has the same ``id`` and either ``ok`` or
``error`` with a ``kind`` and a ``message``. The models asked last stay in memory.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
import threading
import time
import traceback
from collections import OrderedDict
from pathlib import Path
from typing import IO, Any

import numpy as np

from .arrays import pack

KEPT = 2
"""Models in memory: a candidate and what it would replace."""


def main() -> int:
    """Serve standard input; whatever else prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    _quiet()
    _end_with(os.getppid())
    server = Server()
    try:
        for line in sys.stdin.buffer:
            if line.strip():
                _write(answers, server.answer(line))
    except (BrokenPipeError, KeyboardInterrupt):
        return 1
    finally:
        server.close()
    return 0


class Server:
    """Answers requests; the models asked last stay open."""

    def __init__(self) -> None:
        self._models: OrderedDict[str, Any] = OrderedDict()

    def answer(self, line: bytes) -> dict[str, Any]:
        number = None
        try:
            request = json.loads(line.decode("utf-8"))
            number = request.get("id")
            return {"id": number, "ok": self._do(request)}
        except KeyboardInterrupt:
            raise
        except MemoryError:
            return _error(number, "memory", "ran out of memory")
        except Exception as error:
            kind = getattr(error, "kind", None)
            if kind is None:
                traceback.print_exc()
                return _error(number, "failed", f"{type(error).__name__}: {error}")
            return _error(number, kind, str(error))

    def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        model = self._model(request["archive"])
        if request["do"] == "facts":
            facts: dict[str, Any] = model.facts
            return facts
        if request["do"] == "parse":
            answer: dict[str, Any] = model.parse(
                request["texts"], vectors=bool(request.get("vectors"))
            )
            return answer
        raise ValueError(f"there is no request {request['do']!r}")

    def _model(self, archive: str) -> Any:
        path = Path(archive)
        key = f"{path}:{path.stat().st_mtime_ns if path.exists() else 0}"
        if key in self._models:
            self._models.move_to_end(key)
            return self._models[key]
        from .bot_model import BotModel  # imports TensorFlow: after the streams are ours

        while len(self._models) >= KEPT:
            self._models.popitem(last=False)[1].close()
        self._models[key] = BotModel(path)
        # a loaded model is a million objects, and each full collection would look at all of them
        gc.collect()
        gc.freeze()
        return self._models[key]

    def close(self) -> None:
        for model in self._models.values():
            model.close()


def _error(number: Any, kind: str, message: str) -> dict[str, Any]:
    return {"id": number, "error": {"kind": kind, "message": " ".join(message.split())}}


def _write(stream: IO[str], answer: dict[str, Any]) -> None:
    stream.write(json.dumps(answer, default=_plain, ensure_ascii=False) + "\n")
    stream.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return pack(value)
    if isinstance(value, np.generic):
        return value.item()
    return str(value)


def _end_with(parent: int) -> None:
    """Whoever started us may be killed while a model is loading, which takes a minute."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _quiet() -> None:
    """Warnings that do not concern who asks; errors still reach standard error."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    logging.captureWarnings(True)
    logging.disable(logging.WARNING)
