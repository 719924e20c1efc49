"""Files of a bot: found below the paths that a project names, read, and taken apart into lines."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from intent_al.errors import TrainingDataError

LINE_BREAK = re.compile(r"\r\n|\n|\r")
_BOM = "\ufeff"


def files_below(paths: Sequence[Path], suffixes: tuple[str, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_file():
            if path.suffix in suffixes:
                yield path
        elif path.is_dir():
            yield from _walk(path, suffixes)
        else:
            raise TrainingDataError("there is no such file or folder", where=path)


def _walk(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    seen: set[str] = set()
    for root, folders, files in os.walk(folder, followlinks=True):
        # A loop of links would be walked until the path is too long; once is enough.
        real = os.path.realpath(root)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        for name in files:
            path = Path(root, name)
            if path.suffix in suffixes and path.is_file():
                yield path


def read_bytes(paths: Iterable[Path]) -> dict[Path, bytes]:
    """Raises TrainingDataError for a file that cannot be read."""
    return {path: bytes_of(path) for path in paths}


def bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TrainingDataError(f"cannot be read ({error.strerror or error})", where=path) from None


def lines_with_ends(source: bytes) -> list[bytes]:
    """The lines with their ends, which may differ; no last empty one."""
    return source.splitlines(keepends=True)


def decode(source: bytes, path: Path | str) -> str:
    """The characters of a file, without its byte-order mark; refuses what is not UTF-8."""
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TrainingDataError(
            f"byte {error.start} is not UTF-8; save the file as UTF-8",
            where=path,
            line=source.count(b"\n", 0, error.start) + 1,
        ) from None
    return text.removeprefix(_BOM)


def split_lines(text: str) -> list[str]:
    """The lines as the parser's marks count them, without their ends; a last empty one counts."""
    return LINE_BREAK.split(text) if "\r" in text else text.split("\n")
