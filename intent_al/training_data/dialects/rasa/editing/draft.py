"""A text under edit: lines come in, go out or change in part, and every other byte stays.

Everything is counted in lines as YAML breaks them, and in columns of characters, so that the marks
of the parser index directly into them. Each line keeps its own ending.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

from yaml.nodes import ScalarNode

from intent_al.errors import WriteRefusedError
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.source_files import decode, split_lines

_BOM = b"\xef\xbb\xbf"


class Draft:
    """Edits are collected, and carried out by ``result``; two of one place are refused."""

    def __init__(self, source: bytes, path: Path | str = "") -> None:
        self.path = path
        self._bom = _BOM if source.startswith(_BOM) else b""
        self.text = decode(source, str(path))
        with_ends = yaml_nodes.text_lines_with_ends(self.text)
        self.lines = split_lines(self.text)[: len(with_ends)]
        # Where each line begins, so that what stays is copied in long pieces.
        self._starts = [0, *accumulate(map(len, with_ends))]
        self.newline = (self._end(0) if with_ends else "") or "\n"
        self._after: dict[int, list[str]] = {}
        self._keys_after: dict[int, list[str]] = {}
        self._deleted: set[int] = set()
        self._within: dict[int, list[tuple[int, int, str]]] = {}

    def after_line(self, number: int, lines: Sequence[str], *, new_key: bool = False) -> None:
        """Insert whole lines below line ``number`` (-1: at the top), below earlier insertions.

        A ``new_key`` of the file begins below all that continues what stands above it.
        """
        place = self._keys_after if new_key else self._after
        place.setdefault(number, []).extend(lines)

    def delete_lines(self, first: int, last: int) -> None:
        """Take out the lines ``first`` to ``last``, both included."""
        self._deleted.update(range(first, last + 1))

    def replace(self, line: int, start: int, end: int, text: str) -> None:
        """Put ``text`` in place of the columns ``start`` to ``end`` of one line."""
        self._within.setdefault(line, []).append((start, end, text))

    def replace_scalar(self, node: ScalarNode, text: str) -> None:
        """Put ``text`` in place of a scalar on one line, quotes included."""
        start, end = node.start_mark, node.end_mark
        if self.lines[start.line][start.column :].startswith(("&", "!", "*")):
            raise WriteRefusedError(
                f"'{node.value}' has a tag or an anchor here; write it plainly, then it can be "
                "changed",
                where=self.path,
                line=int(start.line) + 1,
            )
        if start.line != end.line:
            raise WriteRefusedError(
                "this text runs over several lines; write it on one, then it can be changed",
                where=self.path,
                line=int(start.line) + 1,
            )
        self.replace(int(start.line), int(start.column), int(end.column), text)

    def is_begun(self) -> bool:
        """Whether any line was inserted yet."""
        return bool(self._after or self._keys_after)

    def touched(self) -> frozenset[int]:
        """The numbers of the lines that do not stay as they were."""
        return frozenset(self._deleted | self._within.keys())

    def result(self) -> bytes:
        pieces: list[str] = []
        below = 0
        for number in sorted({*self._after, *self._keys_after, *self._deleted, *self._within}):
            pieces += self._stays(below, number), *self._pieces(number)
            below = number + 1
        pieces.append(self._stays(below, len(self.lines)))
        text = "".join(pieces)
        if self.lines and not self._end(len(self.lines) - 1):
            # The file ended without a line break, and so it does now.
            text = text.removesuffix("\n").removesuffix("\r")
        return self._bom + text.encode("utf-8")

    def _stays(self, first: int, behind: int) -> str:
        text = self.text[self._starts[max(0, first)] : self._starts[max(0, behind)]]
        is_last = first < behind == len(self.lines)
        return text + self.newline if is_last and not self._end(behind - 1) else text

    def _end(self, number: int) -> str:
        """The line break of a line; nothing where the file ends without one."""
        return self.text[self._starts[number] + len(self.lines[number]) : self._starts[number + 1]]

    def _pieces(self, number: int) -> Iterator[str]:
        """One line as it is to be, and the new ones below it, which break as it does."""
        end = (self._end(number) if number >= 0 else "") or self.newline
        if number >= 0 and number not in self._deleted:
            yield self._changed(number) + end
        for place in (self._after, self._keys_after):
            yield from (line + end for line in place.get(number, ()))

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
