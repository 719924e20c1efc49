"""A text under edit: lines come in, go out or change in part, and every other byte stays.

Everything is counted in lines as YAML breaks them, and in columns of characters, so that the marks
of the parser index directly into them. Each line keeps its own ending.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from yaml.nodes import ScalarNode

from intent_al.errors import WriteRefusedError
from intent_al.training_data import yaml_nodes

_BOM = b"\xef\xbb\xbf"


class Draft:
    """Edits are collected, and carried out by ``result``; two of one place are refused."""

    def __init__(self, source: bytes, path: Path | str = "") -> None:
        self.path = path
        self._bom = _BOM if source.startswith(_BOM) else b""
        self.text = yaml_nodes.decode(source, str(path))
        self.lines = yaml_nodes.split_lines(self.text)
        self._ends = [match[0] for match in yaml_nodes.LINE_BREAK.finditer(self.text)]
        self.newline = self._ends[0] if self._ends else "\n"
        if self.lines[-1] == "":
            self.lines.pop()
        else:
            self._ends.append("")
        self._after: dict[int, list[str]] = {}
        self._deleted: set[int] = set()
        self._within: dict[int, list[tuple[int, int, str]]] = {}

    def after_line(self, number: int, lines: Sequence[str]) -> None:
        """Insert whole lines below line ``number`` (-1: at the top), below earlier insertions."""
        self._after.setdefault(number, []).extend(lines)

    def delete_lines(self, first: int, last: int) -> None:
        """Take out the lines ``first`` to ``last``, both included."""
        self._deleted.update(range(first, last + 1))

    def replace(self, line: int, start: int, end: int, text: str) -> None:
        """Put ``text`` in place of the columns ``start`` to ``end`` of one line."""
        self._within.setdefault(line, []).append((start, end, text))

    def replace_scalar(self, node: ScalarNode, text: str) -> None:
        """Put ``text`` in place of a scalar on one line, quotes included."""
        start, end = node.start_mark, node.end_mark
        if start.line != end.line:
            raise WriteRefusedError(
                "this text runs over several lines; write it on one, then it can be changed",
                where=self.path,
                line=int(start.line) + 1,
            )
        self.replace(int(start.line), int(start.column), int(end.column), text)

    def touched(self) -> frozenset[int]:
        """The numbers of the lines that do not stay as they were."""
        return frozenset(self._deleted | self._within.keys())

    def result(self) -> bytes:
        kept = [piece for number in range(-1, len(self.lines)) for piece in self._pieces(number)]
        unended = bool(self.lines) and self._ends[-1] == ""
        parts = [line + (end or self.newline) for line, end in kept[:-1]]
        parts += [line + ("" if unended else end or self.newline) for line, end in kept[-1:]]
        return self._bom + "".join(parts).encode("utf-8")

    def _pieces(self, number: int) -> Iterator[tuple[str, str]]:
        if number >= 0 and number not in self._deleted:
            yield self._changed(number), self._ends[number]
        for line in self._after.get(number, ()):
            yield line, self.newline

    def _changed(self, number: int) -> str:
        line = self.lines[number]
        # From the right, so that columns stay valid; of insertions in one place the first is left.
        edits = sorted(enumerate(self._within.get(number, ())), key=lambda one: (one[1][0], one[0]))
        for (_, (_, end, _)), (_, (start, _, _)) in pairwise(edits):
            if start < end:
                raise WriteRefusedError(
                    "two changes concern the same place of this line; make them one by one",
                    where=self.path,
                    line=number + 1,
                )
        for _, (start, end, text) in reversed(edits):
            line = line[:start] + text + line[end:]
        return line

    def is_blank(self, number: int) -> bool:
        return not self.lines[number].strip()

    def indent(self, number: int) -> int:
        line = self.lines[number]
        return len(line) - len(line.lstrip(" "))
