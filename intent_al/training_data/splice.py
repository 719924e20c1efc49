"""Adds examples to an NLU file by inserting lines, so that every other byte stays as it is.

Re-writing YAML loses comments, order, quoting and the trust of those who own the files. Here the
parser only says where a block ends; the lines go in below its last example, in its indentation,
with the file's line endings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.errors import WriteRefusedError
from intent_al.records import Example
from intent_al.training_data import yaml_nodes
from intent_al.training_data.entity_markup import MarkupError, render
from intent_al.training_data.layout import Insertions, content_lines, last_line, name_scalar
from intent_al.training_data.rasa_yaml import full_intent, nlu_items
from intent_al.training_data.sanitise import is_one_line

_HEADER = re.compile(r"\|[+-]?(?P<indent>[1-9])?")
_DASH = re.compile(r" *-(?P<gap> *)")
_STEP = 2
_NEW_FILE = ('version: "3.1"', "")


def add_examples(
    source: bytes, additions: Mapping[str, Sequence[Example]], path: Path | str = ""
) -> bytes:
    """Insert examples into the biggest block of their intent, ``|`` blocks first.

    An intent without a block that can be extended gets a new one at the end of the ``nlu`` list.
    The texts must be clean (see ``sanitise``). An empty source becomes a new file. Raises
    WriteRefusedError where the file's form leaves no place to insert.
    """
    at = Insertions(source, path)
    root = yaml_nodes.compose(at.text, path)
    refuse_aliases(root, path)
    blocks = _blocks(root)
    new: dict[str, list[str]] = {}
    for intent, examples in additions.items():
        lines = [_rendered(example, path) for example in examples]
        if not lines:
            continue
        target = biggest_block(blocks.get(intent, []))
        if target is None:
            new[intent] = lines
        elif isinstance(target[1], ScalarNode):
            _extend_lines(at, target[0], target[1], lines, _step(at, root))
        else:
            _extend_objects(at, target[1], lines)
    if new:
        _append_blocks(at, root, new, path)
    result = at.result()
    _refuse_end_of_ascii(source, result, path)
    return result


def _refuse_end_of_ascii(before: bytes, after: bytes, path: Path | str) -> None:
    if after.isascii() or yaml_nodes.decode(before, path) == yaml_nodes.as_rasa_reads(before, path):
        return
    line = before[: before.lower().find(b"\\u")].count(b"\n") + 1
    raise WriteRefusedError(
        r"Rasa decodes this '\u' only while the whole file is ASCII, and the addition is not: "
        "write the character itself",
        where=path,
        line=line,
    )


def _rendered(example: Example, path: Path | str) -> str:
    try:
        line = render(example.text, example.entities)
    except MarkupError as error:
        raise WriteRefusedError(f"{example.text!r}: {error}", where=path) from None
    if not is_one_line(line):
        raise WriteRefusedError(f"{example.text!r} is more than one line; clean it", where=path)
    return line


def refuse_aliases(root: Node | None, path: Path | str) -> None:
    """An alias repeats a node: what is inserted once would be read twice."""
    seen: set[int] = set()
    waiting: list[Node] = [item for item, _ in nlu_items(root)]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            raise WriteRefusedError(
                "this part of the file is used in several places by an alias (*name); write it "
                "out, then it can be changed",
                where=path,
                line=yaml_nodes.line_of(node),
            )
        seen.add(id(node))
        if isinstance(node, MappingNode):
            waiting.extend(value for _, value in node.value)
        elif isinstance(node, SequenceNode):
            waiting.extend(node.value)


def _blocks(root: Node | None) -> dict[str, list[tuple[MappingNode, Node]]]:
    blocks: dict[str, list[tuple[MappingNode, Node]]] = {}
    for item, values in nlu_items(root):
        if "intent" in values and "examples" in values:
            name = full_intent(values["intent"].value)
            blocks.setdefault(name, []).append((item, values["examples"]))
    return blocks


def biggest_block(blocks: Sequence[tuple[MappingNode, Node]]) -> tuple[MappingNode, Node] | None:
    """Of the blocks that lines can be added to, the biggest; ``|`` before lists; then the last."""
    best: tuple[bool, int, int] | None = None
    found: tuple[MappingNode, Node] | None = None
    for position, (item, examples) in enumerate(blocks):
        size = block_size(examples)
        if item.flow_style or size is None:
            continue  # it cannot be extended; the intent gets another block
        rank = (isinstance(examples, ScalarNode), size, position)
        if best is None or rank > best:
            best, found = rank, (item, examples)
    return found


def block_size(examples: Node) -> int | None:
    """The number of examples of a block that can be extended, None for the other forms."""
    if isinstance(examples, ScalarNode) and examples.style == "|":
        lines: list[str] = examples.value.splitlines()
        return sum(line.startswith("-") for line in lines)
    if isinstance(examples, SequenceNode) and not examples.flow_style and examples.value:
        return len(examples.value)
    return None


def _extend_lines(
    at: Insertions, item: MappingNode, block: ScalarNode, lines: Sequence[str], step: int
) -> None:
    indent = _content_indent(at, item, block)
    if indent is None:
        indent = item.start_mark.column + step
    below = int(block.start_mark.line)
    gap = " "
    for number in content_lines(at, block):
        line = at.lines[number]
        # What looks like a comment there is text for YAML, but means what stands below it.
        if at.is_blank(number) or line.lstrip().startswith("#"):
            continue
        below = number
        dash = _DASH.match(line)
        if dash and dash.end("gap") < len(line):
            gap = dash["gap"]
    at.after_line(below, [f"{' ' * indent}-{gap}{line}" for line in lines])


def _content_indent(at: Insertions, item: MappingNode, block: ScalarNode) -> int | None:
    header = _HEADER.match(at.text, block.start_mark.index)
    if header and header["indent"]:
        return int(item.start_mark.column) + int(header["indent"])
    for number in content_lines(at, block):
        if not at.is_blank(number):
            return at.indent(number)
    return None


def _extend_objects(at: Insertions, block: Node, lines: Sequence[str]) -> None:
    dash = block.start_mark.column
    key = block.value[-1].start_mark.column
    head = f"{' ' * dash}-{' ' * max(1, key - dash - 1)}text: |"
    body = " " * (max(key, dash + 2) + _STEP)
    below = last_line(at, block)
    for line in lines:
        at.after_line(below, [head, body + line])


def _step(at: Insertions, root: Node | None) -> int:
    """How far the file indents the lines of a block below its keys."""
    for item, values in nlu_items(root):
        examples = values.get("examples")
        if isinstance(examples, ScalarNode) and examples.style == "|":
            indent = _content_indent(at, item, examples)
            if indent is not None and indent > item.start_mark.column:
                return indent - int(item.start_mark.column)
    return _STEP


def _append_blocks(
    at: Insertions, root: Node | None, new: Mapping[str, Sequence[str]], path: Path | str
) -> None:
    nlu = _nlu_list(root)
    if isinstance(nlu, SequenceNode) and nlu.flow_style:
        raise WriteRefusedError(
            "the 'nlu' list is written in brackets; write it with '- ' lines, then blocks can be "
            "added",
            where=path,
            line=yaml_nodes.line_of(nlu),
        )
    dash, key, blank = 0, _STEP, False
    if isinstance(nlu, SequenceNode):
        dash, key = nlu.start_mark.column, nlu.value[-1].start_mark.column
        blank = _blank_between(at, nlu)
        below = _below_comments(at, last_line(at, nlu), dash)
    elif nlu is not None:
        below = int(nlu.start_mark.line)
    else:
        below = _start_list(at, root)
    for intent, lines in new.items():
        at.after_line(below, _new_block(intent, lines, dash, key, _step(at, root), blank=blank))
        blank = True if nlu is None else blank


def _below_comments(at: Insertions, below: int, dash: int) -> int:
    """A comment that is indented below the last item would become text of a block before it."""
    found = below
    for number in range(below + 1, len(at.lines)):
        if at.is_blank(number):
            continue
        if not at.lines[number].lstrip().startswith("#"):
            break
        if at.indent(number) > dash:
            found = number
    return found


def _new_block(
    intent: str, lines: Sequence[str], dash: int, key: int, step: int, *, blank: bool
) -> list[str]:
    return [
        *([""] if blank else []),
        f"{' ' * dash}-{' ' * (key - dash - 1)}intent: {name_scalar(intent)}",
        f"{' ' * key}examples: |",
        *(f"{' ' * (key + step)}- {line}" for line in lines),
    ]


def _nlu_list(root: Node | None) -> Node | None:
    if isinstance(root, MappingNode):
        for key, value in root.value:
            if key.value == "nlu":
                return value if isinstance(value, Node) else None
    return None


def _blank_between(at: Insertions, nlu: SequenceNode) -> bool:
    if len(nlu.value) < 2:
        return False
    above = last_line(at, nlu.value[-2])
    return any(at.is_blank(number) for number in range(above + 1, nlu.value[-1].start_mark.line))


def _start_list(at: Insertions, root: Node | None) -> int:
    """Begin an ``nlu`` list at the end of a file that has none; returns the line to go below."""
    below = len(at.lines) - 1
    if root is None and not at.text.strip():
        at.after_line(below, [*_NEW_FILE, "nlu:"])
    else:
        at.after_line(below, ["", "nlu:"])
    return below
