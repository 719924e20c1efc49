"""Steps as they happen, in a file: what was stopped goes on, and what was run can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from intent_al.errors import ConfigError, UsageError
from intent_al.simulation.loop import Step

STEPS = "steps.jsonl"


class SimulationRecord:
    """The file of one simulation, whose ``facts`` are its first line.

    Raises UsageError where the folder holds another simulation.
    """

    def __init__(self, folder: Path, facts: dict[str, Any]) -> None:
        self._path = folder / STEPS
        self._done: dict[tuple[str, int], list[Step]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lines = list(self._whole_lines())
            if lines:
                self._resume(lines, orjson.loads(orjson.dumps(facts)))
            self._file = self._path.open("ab")
            if not lines:
                self._write(facts)
        except OSError as error:
            raise ConfigError(f"cannot be written: {error.strerror}", where=self._path) from error

    def close(self) -> None:
        self._file.close()

    def done(self, strategy: str, seed: int) -> list[Step]:
        return list(self._done.get((strategy, seed), []))

    def add(self, strategy: str, seed: int, step: Step) -> None:
        self._write({"strategy": strategy, "seed": seed, **asdict(step)})
        self._file.flush()

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(orjson.dumps(line) + b"\n")

    def _whole_lines(self) -> Iterator[dict[str, Any]]:
        """The lines of the file; one that a kill has cut off is cut off the file."""
        if not self._path.exists():
            return
        source = self._path.read_bytes()
        whole = source[: source.rfind(b"\n") + 1]
        if len(whole) < len(source):
            with self._path.open("r+b") as file:
                file.truncate(len(whole))
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                found = orjson.loads(line)
            except ValueError:
                found = None
            if not isinstance(found, dict):
                raise UsageError(
                    "is no line of a simulation; name another folder with --output",
                    where=self._path,
                    line=number,
                )
            yield found

    def _resume(self, lines: list[dict[str, Any]], facts: dict[str, Any]) -> None:
        for name, value in facts.items():
            if lines[0].get(name) != value:
                raise UsageError(
                    f"holds another simulation: its {name} differs; name another folder with "
                    "--output, or delete this one",
                    where=self._path,
                )
        for line in lines[1:]:
            key = (line.pop("strategy"), line.pop("seed"))
            self._done.setdefault(key, []).append(Step(**{**line, "rows": tuple(line["rows"])}))
