"""JSON with the place of every value, which Python's reader forgets.

The whole text is read once, as everybody reads it; then the same decoder walks over the few levels
whose places matter. So there is no second idea of what JSON is.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from intent_al.errors import TrainingDataError

_SPACE = re.compile(r"[ \t\n\r]*")


def _number(text: str) -> float | str:
    """A number that no float can hold stays the text that it is."""
    value = float(text)
    return value if math.isfinite(value) else text


_DECODER = json.JSONDecoder(parse_constant=str, parse_float=_number)


class Document:
    """A text of JSON. Raises TrainingDataError with the line where it is none."""

    def __init__(self, text: str, path: Path) -> None:
        self.text = text
        self.path = path
        self._breaks = [found.end() for found in re.finditer("\n", text)]
        try:
            self.root: object = _DECODER.decode(text)
        except json.JSONDecodeError as error:
            raise TrainingDataError(
                f"is no JSON ({error.msg})", where=path, line=error.lineno
            ) from None
        except (ValueError, RecursionError) as error:
            raise TrainingDataError(f"is no JSON ({error})", where=path, line=1) from None

    def line(self, index: int) -> int:
        return bisect_right(self._breaks, index) + 1

    def start(self) -> int:
        return self._skip(0)

    def items(self, index: int) -> Iterator[int]:
        """Where each item of the list at ``index`` begins; none where no list is there."""
        if not self.text.startswith("[", index):
            return
        index = self._skip(index + 1)
        while self.text[index] != "]":
            yield index
            index = self._behind(index)

    def members(self, index: int) -> dict[str, int]:
        """Key -> where its value begins, of the object at ``index``; of equal keys the last."""
        found: dict[str, int] = {}
        if not self.text.startswith("{", index):
            return found
        index = self._skip(index + 1)
        while self.text[index] != "}":
            key, index = _DECODER.raw_decode(self.text, index)
            index = self._skip(self._skip(index) + 1)
            found[key] = index
            index = self._behind(index)
        return found

    def _behind(self, index: int) -> int:
        """Behind the value that begins there, and behind the comma that follows it."""
        _, end = _DECODER.raw_decode(self.text, index)
        end = self._skip(end)
        return self._skip(end + 1) if self.text[end] == "," else end

    def _skip(self, index: int) -> int:
        found = _SPACE.match(self.text, index)
        return found.end() if found else index
