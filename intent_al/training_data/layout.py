"""Where lines can be inserted into a YAML text without disturbing what stands there.

Everything is counted in lines as YAML breaks them, so that the marks of the parser index directly
into them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.training_data import yaml_nodes

_BREAK = re.compile(r"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"
_PLAIN_NAME = re.compile(r"[^\W\d][\w.+-]*(?:/[\w.+-]+)?\??\Z")
_TRUTH_IN_YAML_1_1 = re.compile(r"(?:y|yes|n|no|on|off)\Z", re.IGNORECASE)


class Insertions:
    """A text and what is to be inserted into it; the text itself is never changed."""

    def __init__(self, source: bytes, path: object = "") -> None:
        self._bom = _BOM if source.startswith(_BOM) else b""
        self.text = yaml_nodes.decode(source, str(path))
        self.lines = _BREAK.split(self.text)
        self._ends = [match.end() for match in _BREAK.finditer(self.text)]
        first = _BREAK.search(self.text)
        self.newline = first[0] if first else "\n"
        if self.lines[-1] == "":
            self.lines.pop()
        self._after: dict[int, list[str]] = {}
        self._within: list[tuple[int, str]] = []

    def after_line(self, number: int, lines: Sequence[str]) -> None:
        """Insert whole lines below line ``number`` (-1: at the top), below earlier insertions."""
        self._after.setdefault(number, []).extend(lines)

    def within(self, index: int, text: str) -> None:
        """Insert into a line, for flow lists."""
        self._within.append((index, text))

    def result(self) -> bytes:
        places = list(self._within)
        for number, lines in self._after.items():
            block = self.newline.join(lines)
            if number < 0:
                places.append((0, block + self.newline))
            elif number < len(self._ends):
                places.append((self._ends[number], block + self.newline))
            else:
                # The last line has no line break: it gets one, and the new last line has none.
                places.append((len(self.text), self.newline + block))
        pieces: list[str] = []
        copied = 0
        for index, text in sorted(places, key=lambda place: place[0]):
            pieces += (self.text[copied:index], text)
            copied = index
        pieces.append(self.text[copied:])
        return self._bom + "".join(pieces).encode("utf-8")

    def is_blank(self, number: int) -> bool:
        return not self.lines[number].strip()

    def indent(self, number: int) -> int:
        line = self.lines[number]
        return len(line) - len(line.lstrip(" "))


def content_lines(at: Insertions, scalar: ScalarNode) -> range:
    """The lines of a block scalar below its ``|``, with the blank lines that follow it."""
    end = scalar.end_mark
    last = end.line if end.column == 0 else end.line + 1
    return range(scalar.start_mark.line + 1, min(last, len(at.lines)))


def last_line(at: Insertions, node: Node) -> int:
    """The last line that belongs to a node; blank lines and comments below it do not."""
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        return last_line(at, node.value[-1][1])
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return last_line(at, node.value[-1])
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        filled = [number for number in content_lines(at, node) if not at.is_blank(number)]
        return filled[-1] if filled else int(node.start_mark.line)
    return int(node.end_mark.line)


def name_scalar(name: str) -> str:
    """A name as a YAML scalar that every reader takes for a text; quoted where it must be."""
    plain = _PLAIN_NAME.match(name) and not _TRUTH_IN_YAML_1_1.match(name)
    if plain and yaml_nodes.reads_as_text(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
