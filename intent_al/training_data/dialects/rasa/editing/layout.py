"""How a YAML text is laid out: where a node ends, and how a name has to be written."""

from __future__ import annotations

import re

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.errors import WriteRefusedError
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.dialects.rasa.editing.draft import Draft

_PLAIN_NAME = re.compile(r"[^\W\d][\w.+-]*(?:/[\w.+-]+)?\??\Z")
_TRUTH_IN_YAML_1_1 = re.compile(r"(?:y|yes|n|no|on|off)\Z", re.IGNORECASE)


def content_lines(at: Draft, scalar: ScalarNode) -> range:
    """The lines of a block scalar below its ``|``, with the blank lines that follow it."""
    end = scalar.end_mark
    last = end.line if end.column == 0 else end.line + 1
    return range(scalar.start_mark.line + 1, min(last, len(at.lines)))


def last_line(at: Draft, node: Node) -> int:
    """The last line that belongs to a node; blank lines and comments below it do not."""
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        return last_line(at, node.value[-1][1])
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return last_line(at, node.value[-1])
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        filled = [number for number in content_lines(at, node) if not at.is_blank(number)]
        return filled[-1] if filled else int(node.start_mark.line)
    return int(node.end_mark.line)


def place_for_key(at: Draft, root: Node | None) -> tuple[int, int]:
    """The line that a new key of the file goes below, at its end, and the key's column."""
    if root is None:
        return len(at.lines) - 1, 0
    if not isinstance(root, MappingNode) or root.flow_style:
        raise WriteRefusedError(
            "the file is written in brackets; write it with a line for every key, then it can be "
            "changed",
            where=at.path,
            line=yaml_nodes.line_of(root),
        )
    column = int(root.start_mark.column)
    for number in range(last_line(at, root) + 1, len(at.lines)):
        if at.lines[number].startswith("..."):  # the end of the document
            return number - 1, column
    return len(at.lines) - 1, column


def dash_line(at: Draft, item: Node) -> int:
    """The line of the ``-`` in front of an item of a list; it may stand above the item."""
    number, column = int(item.start_mark.line), int(item.start_mark.column)
    if at.lines[number][:column].strip():
        return number
    while number > 0 and not at.lines[number].lstrip().startswith("-"):
        number -= 1
    return number


def name_scalar(name: str) -> str:
    """A name as a YAML scalar that every reader takes for a text; quoted where it must be."""
    plain = _PLAIN_NAME.match(name) and not _TRUTH_IN_YAML_1_1.match(name)
    if plain and yaml_nodes.reads_as_text(name):
        return name
    return double_quoted(name)


def double_quoted(text: str) -> str:
    """A text of one line in double quotes, where only two characters mean something."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def in_style_of(node: ScalarNode, text: str) -> str:
    """A text of one line as a scalar, quoted as ``node`` is where that can hold it."""
    if node.style == "'":
        return "'" + text.replace("'", "''") + "'"
    return double_quoted(text) if node.style == '"' else name_scalar(text)
