"""Puts blocks for intents, synonyms and the like that a file does not have yet at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.errors import WriteRefusedError
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.dialects.rasa.editing.draft import Draft
from intent_al.training_data.dialects.rasa.editing.layout import (
    last_line,
    name_scalar,
    place_for_key,
)
from intent_al.training_data.dialects.rasa.editing.nlu_blocks import STEP, EditableBlock, usual_step

_NEW_FILE = ('version: "3.1"', "")


def append(
    at: Draft,
    root: Node | None,
    blocks: list[EditableBlock],
    new: Mapping[tuple[str, str], Sequence[str]],
) -> None:
    """Below the last block of the same kind, or else at the end of the ``nlu`` list, which is
    begun where there is none."""
    nlu = _nlu_list(root)
    if isinstance(nlu, SequenceNode) and nlu.flow_style:
        raise WriteRefusedError(
            "the 'nlu' list is written in brackets; write it with '- ' lines, then blocks can be "
            "added",
            where=at.path,
            line=yaml_nodes.line_of(nlu),
        )
    dash, key, blank = 0, STEP, False
    if isinstance(nlu, SequenceNode):
        dash, key = nlu.start_mark.column, nlu.value[-1].start_mark.column
        blank = _blank_between(at, nlu)
        below = _below_comments(at, last_line(at, nlu), dash)
    elif nlu is not None:
        below, dash = int(nlu.start_mark.line), _column(root)
        if isinstance(nlu, ScalarNode) and nlu.value:
            at.replace_scalar(nlu, "")  # a ~ or null
    else:
        below, dash = _start_list(at, root), _column(root)
    if not isinstance(nlu, SequenceNode):
        key = dash + STEP
    step = usual_step(at, blocks)
    for (kind, name), lines in new.items():
        block = _new_block(kind, name, lines, dash, key, step, blank=blank)
        alike = [one.item for one in blocks if one.kind == kind and not one.item.flow_style]
        place = _below_comments(at, last_line(at, alike[-1]), dash) if alike else below
        at.after_line(place, block, new_key=nlu is None)
        blank = True if nlu is None else blank


def _new_block(
    kind: str, name: str, lines: Sequence[str], dash: int, key: int, step: int, *, blank: bool
) -> list[str]:
    return [
        *([""] if blank else []),
        f"{' ' * dash}-{' ' * (key - dash - 1)}{kind}: {name_scalar(name)}",
        f"{' ' * key}examples: |",
        *(f"{' ' * (key + step)}- {line}" for line in lines),
    ]


def _nlu_list(root: Node | None) -> Node | None:
    if isinstance(root, MappingNode):
        for key, value in root.value:
            if key.value == "nlu":
                return value if isinstance(value, Node) else None
    return None


def _blank_between(at: Draft, nlu: SequenceNode) -> bool:
    if len(nlu.value) < 2:
        return False
    above = last_line(at, nlu.value[-2])
    return any(at.is_blank(number) for number in range(above + 1, nlu.value[-1].start_mark.line))


def _below_comments(at: Draft, below: int, dash: int) -> int:
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


def _start_list(at: Draft, root: Node | None) -> int:
    """Begin an ``nlu`` list at the end of a file that has none; returns the line to go below."""
    below, column = place_for_key(at, root)
    if root is None and not at.text.strip() and not at.is_begun():
        at.after_line(below, [*_NEW_FILE, "nlu:"], new_key=True)
    else:
        at.after_line(below, ["", f"{' ' * column}nlu:"], new_key=True)
    return below


def _column(root: Node | None) -> int:
    return int(root.start_mark.column) if root is not None else 0
