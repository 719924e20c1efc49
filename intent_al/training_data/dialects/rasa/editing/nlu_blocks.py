"""The items of an ``nlu`` list, located: which line holds which example, and who can be extended.

Items are read one by one and only when an edit concerns them, so that a change of one line in a
file of megabytes does not have to look at all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.errors import WriteRefusedError
from intent_al.records import Example
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.dialects.rasa.editing.draft import Draft
from intent_al.training_data.dialects.rasa.editing.layout import content_lines, dash_line, last_line
from intent_al.training_data.dialects.rasa.nlu_yaml import KINDS, STRIPPED, full_intent, nlu_items
from intent_al.training_data.entity_markup import MarkupError, parse

_HEADER = re.compile(r"\|[+-]?(?P<indent>[1-9])?")
STEP = 2


class BlockLine(NamedTuple):
    """One example of a block: its lines in the file, its content as Rasa reads it.

    ``node`` is the text of an example in list form; in a ``|`` block the content starts at
    ``column`` of ``first``.
    """

    first: int
    last: int
    content: str
    column: int = 0
    node: ScalarNode | None = None


@dataclass(frozen=True, slots=True)
class EditableBlock:
    """One item of the ``nlu`` list; ``name`` is the full name, for an intent."""

    kind: str
    name: str
    item: MappingNode
    name_node: ScalarNode
    examples: Node | None

    @property
    def in_lines(self) -> bool:
        """A ``|`` block."""
        return isinstance(self.examples, ScalarNode) and self.examples.style == "|"

    @property
    def has_place(self) -> bool:
        """Whether each example has lines of its own."""
        return self.examples is None or self.in_lines or self.in_objects

    @property
    def in_objects(self) -> bool:
        """A list of ``- text: …``."""
        return isinstance(self.examples, SequenceNode) and not self.examples.flow_style

    def size(self) -> int | None:
        """The number of examples of a block that can be extended, None for the other forms."""
        examples = self.examples
        if self.item.flow_style or examples is None:
            return None
        if isinstance(examples, ScalarNode) and self.in_lines:
            lines: list[str] = examples.value.splitlines()
            return sum(line.startswith("-") for line in lines)
        return len(examples.value) or None if self.in_objects else None


def blocks_of(root: Node | None) -> list[EditableBlock]:
    """Every item that has a kind and a name."""
    found = []
    for item, values in nlu_items(root):
        kind = next((name for name in KINDS if name in values), None)
        name = values[kind] if kind else None
        if kind and isinstance(name, ScalarNode):
            shown = full_intent(name.value) if kind == "intent" else name.value
            found.append(EditableBlock(kind, shown, item, name, values.get("examples")))
    return found


def biggest(blocks: list[EditableBlock]) -> EditableBlock | None:
    """Of the blocks that lines can be added to, the biggest; ``|`` before lists; then the last."""
    best: tuple[bool, int, int] | None = None
    found: EditableBlock | None = None
    for position, block in enumerate(blocks):
        size = block.size()
        if size is None:
            continue  # it cannot be extended; the intent gets another block
        rank = (block.in_lines, size, position)
        if best is None or rank > best:
            best, found = rank, block
    return found


def content_indent(at: Draft, block: EditableBlock) -> int | None:
    """The column at which the text of a ``|`` block begins, None where nothing tells."""
    assert isinstance(block.examples, ScalarNode)
    mark = block.examples.start_mark
    header = _HEADER.match(at.lines[mark.line], mark.column)
    if header and header["indent"]:
        return int(block.item.start_mark.column) + int(header["indent"])
    for number in content_lines(at, block.examples):
        if not at.is_blank(number):
            return at.indent(number)
    return None


def usual_step(at: Draft, blocks: list[EditableBlock]) -> int:
    """How far the file indents the lines of a block below its keys."""
    for block in blocks:
        if block.in_lines:
            indent = content_indent(at, block)
            if indent is not None and indent > block.item.start_mark.column:
                return indent - int(block.item.start_mark.column)
    return STEP


def lines_of(at: Draft, block: EditableBlock, *, decoded: bool) -> Iterator[BlockLine]:
    """The examples of a block in their order; ``decoded``: Rasa turns ``\\u00e9`` into its letter.

    Where the block ``has_place`` for them, they have lines that can be edited.
    """
    if isinstance(block.examples, ScalarNode):
        yield from _lines_of_text(at, block, decoded)
    elif isinstance(block.examples, SequenceNode):
        for item in block.examples.value:
            text = {key.value: value for key, value in yaml_nodes.pairs(item)}.get("text")
            content = text.value.strip(STRIPPED) if isinstance(text, ScalarNode) else ""
            node = text if isinstance(text, ScalarNode) else None
            # Double quotes have that escape themselves.
            if decoded and node is not None and node.style != '"':
                content = _decoded(content)
            yield BlockLine(dash_line(at, item), last_line(at, item), content, 0, node)


def refuse_form(at: Draft, block: EditableBlock) -> NoReturn:
    raise WriteRefusedError(
        f"the examples of {block.kind} {block.name} are neither a '|' block nor a list of "
        "'- text:' lines; write them as one, then they can be changed",
        where=at.path,
        line=yaml_nodes.line_of(block.examples or block.item),
    )


def _lines_of_text(at: Draft, block: EditableBlock, decoded: bool) -> Iterator[BlockLine]:
    assert isinstance(block.examples, ScalarNode)
    if not block.in_lines:  # folded or in quotes: its lines are not those of the file
        number = int(block.examples.start_mark.line)
        for text in block.examples.value.splitlines():
            if text.startswith("-"):
                yield BlockLine(number, number, text[1:].strip(STRIPPED))
        return
    indent = content_indent(at, block) or 0
    for number in content_lines(at, block.examples):
        text = at.lines[number][indent:]
        if text.startswith("-"):
            content = text[1:].strip(STRIPPED)
            column = indent + text.find(content, 1) if content else indent + 1
            yield BlockLine(number, number, _decoded(content) if decoded else content, column)


def _decoded(content: str) -> str:
    return yaml_nodes.unescaped(content.encode("ascii")) if "\\" in content else content


def holds(line: BlockLine, example: Example) -> bool:
    """Whether a line is read as this text with these entities."""
    if "[" not in line.content:
        return line.content == example.text and not example.entities
    try:
        return parse(line.content) == (example.text, example.entities)
    except MarkupError:
        return False
