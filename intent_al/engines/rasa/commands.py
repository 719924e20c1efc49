"""Rasa's own commands, run in the bot's interpreter: validate, train, test the stories.

They print pages and say little; what they print goes into a log file, and of a failure one line
says what happened, where the log is and what to do.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from intent_al.engines.rasa.interpreter import RasaPython
from intent_al.errors import RasaError
from intent_al.system import processes

_SHOWN = 300
_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
_NOISE = re.compile(r"^\s*$|Warning:|warnings?\.warn|it/s|s/it")
_ERROR = re.compile(r"^\w*(?:\.\w+)*(?:Error|Exception)\b|ERROR|error:")
_STORY = re.compile(r"^-?\s*- story: (.*?)(?: \(.*\))?$", re.MULTILINE)
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "PYTHONWARNINGS": "ignore",
    "NO_COLOR": "1",
}


@dataclass(frozen=True, slots=True)
class StoryResult:
    """Test stories that one model walked through; ``failed`` are the names of those it lost."""

    total: int
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RasaCommands:
    """``folder`` is the bot's or a copy of it; ``cache`` keeps what training may use again."""

    python: RasaPython
    folder: Path
    log: Path
    cache: Path
    timeout: float

    def validate(self, data: Sequence[str], domain: str) -> None:
        """Raises RasaError where Rasa cannot load the bot's files together."""
        self._run("rasa data validate", "data", "validate", "--data", *data, "--domain", domain)

    def train(self, data: Sequence[str], domain: str, target: Path, *, nlu_only: bool) -> None:
        """Train the files of the folder into the archive ``target``.

        Raises RasaError, and leaves no archive, for a training that fails or is killed.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        name = target.name.removesuffix(".tar.gz")
        words = ["train", "nlu"] if nlu_only else ["train", "--skip-validation", "--data", *data]
        if nlu_only:
            words += ["--nlu", data[0]]  # that command knows one path
        words += ["--domain", domain, "--config", "config.yml", "--out", str(target.parent)]
        words += ["--fixed-model-name", name, *([] if nlu_only else ["--force"])]
        try:
            self._run("rasa train", *words)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        if not target.is_file():
            raise RasaError(f"rasa train wrote no model; see {self.log}", where=self.folder)

    def test_stories(self, model: Path, stories: Sequence[Path], results: Path) -> StoryResult:
        """Walk ``model`` through the bot's test stories."""
        results.mkdir(parents=True, exist_ok=True)
        total = 0
        failed: list[str] = []
        for path in stories:
            out = results / path.stem
            words = ["test", "core", "--model", str(model), "--stories", str(path)]
            words += ["--out", str(out), "--no-plot"]
            words += ["--e2e"] if path.name.startswith("test_") else []
            self._run("rasa test core", *words)
            found = _story_result(out)
            total += found.total
            failed += found.failed
        return StoryResult(total, tuple(failed))

    def _run(self, title: str, *words: str) -> None:
        """Run one command to its end; ended with us, whatever happens."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, **_QUIET, "RASA_CACHE_DIRECTORY": str(self.cache)}
        with TemporaryDirectory(prefix="intent-al-") as scratch, self.log.open("ab") as log:
            environment["TMPDIR"] = scratch  # Rasa leaves hundreds of megabytes when it is ended
            log.write(f"\n== {title}\n".encode())
            log.flush()
            start = log.tell()
            process = subprocess.Popen(
                [str(self.python.path), "-m", "rasa", *words],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
            with processes.watched(process):
                try:
                    code = process.wait(self.timeout)
                except subprocess.TimeoutExpired:
                    raise RasaError(
                        f"{title} took more than {self.timeout:g} s; raise [rasa] timeout if it "
                        f"needs longer, and see {self.log}"
                    ) from None
        if code:
            raise RasaError(f"{title} {self._why(code, start)}", where=self.folder)

    def _why(self, code: int, start: int) -> str:
        if code == -signal.SIGKILL:
            return (
                "was killed, most likely because memory ran out: close other programs, or give "
                f"the machine more; see {self.log}"
            )
        if code < 0:
            return f"was stopped by signal {-code}; see {self.log}"
        said = _ESCAPE.sub("", self.log.read_bytes()[start:].decode("utf-8", "replace"))
        lines = [line for line in said.splitlines() if not _NOISE.search(line)]
        errors = [line for line in lines if _ERROR.search(line)]
        last = " ".join(" ".join(errors[-1:] or lines[-5:]).split())
        return f"ended with exit code {code}; see {self.log}. It said last: {last[:_SHOWN]}"


def _story_result(folder: Path) -> StoryResult:
    """What ``rasa test core`` left in its folder of results."""
    try:
        report = orjson.loads((folder / "story_report.json").read_bytes())
        conversations = report["conversation_accuracy"]
        total, right = int(conversations["total"]), int(conversations["correct"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RasaError(f"rasa test core left no report ({error})", where=folder) from None
    failed: list[str] = []
    with contextlib.suppress(OSError):
        text = (folder / "failed_test_stories.yml").read_text(encoding="utf-8")
        failed = [name.strip() for name in _STORY.findall(text)]
    missing = total - right - len(failed)
    return StoryResult(total, tuple(failed) + ("(unnamed)",) * max(0, missing))
