"""Adds intents and entities to a domain file by inserting lines; nothing else changes.

An intent that the domain does not list trains without complaint, but the bot's policies never see
it: a new intent is only complete with its line in the domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from yaml.nodes import MappingNode, Node, SequenceNode

from intent_al.errors import WriteRefusedError
from intent_al.training_data import yaml_nodes
from intent_al.training_data.layout import Insertions, last_line, name_scalar


def add_intent_to_domain(
    source: bytes, intent: str, entities: Sequence[str] = (), path: Path | str = ""
) -> bytes:
    """Add one intent, with entities that are new with it."""
    return add_to_domain(source, [intent], entities, path)


def add_to_domain(
    source: bytes, intents: Sequence[str], entities: Sequence[str], path: Path | str = ""
) -> bytes:
    """Insert names at the end of the ``intents`` and ``entities`` lists, in their own style.

    A list that does not exist yet is started at the end of the file. Retrieval intents are listed
    by their base name, which is the caller's to give.
    """
    at = Insertions(source, path)
    root = yaml_nodes.compose(at.text, path)
    for key, names in (("intents", intents), ("entities", entities)):
        if names:
            _extend(at, root, key, list(dict.fromkeys(names)), path)
    return at.result()


def _extend(
    at: Insertions, root: Node | None, key: str, names: Sequence[str], path: Path | str
) -> None:
    scalars = [name_scalar(name) for name in names]
    place = _section(root, key)
    if place is None:
        blank = [""] if at.lines and not at.is_blank(len(at.lines) - 1) else []
        lines = [f"{key}:", *(f"{' ' * _usual_dash(root)}- {name}" for name in scalars)]
        at.after_line(len(at.lines) - 1, [*blank, *lines])
        return
    name, value = place
    if isinstance(value, SequenceNode) and value.flow_style:
        _extend_flow(at, value, scalars)
    elif isinstance(value, SequenceNode):
        indent = " " * value.start_mark.column
        at.after_line(last_line(at, value), [f"{indent}- {scalar}" for scalar in scalars])
    elif yaml_nodes.kind(value) == "null":
        indent = " " * _usual_dash(root)
        at.after_line(name.end_mark.line, [f"{indent}- {scalar}" for scalar in scalars])
    else:
        raise WriteRefusedError(
            f"'{key}' is no list; write it with '- ' lines",
            where=path,
            line=name.start_mark.line + 1,
        )


def _section(root: Node | None, key: str) -> tuple[Node, Node] | None:
    if isinstance(root, MappingNode):
        for name, value in root.value:
            if name.value == key:
                return name, value
    return None


def _usual_dash(root: Node | None) -> int:
    if isinstance(root, MappingNode):
        for _, value in root.value:
            if isinstance(value, SequenceNode) and not value.flow_style:
                return int(value.start_mark.column)
    return 2


def _extend_flow(at: Insertions, value: SequenceNode, scalars: Sequence[str]) -> None:
    joined = ", ".join(scalars)
    if value.value:
        at.within(value.value[-1].end_mark.index, ", " + joined)
    else:
        at.within(value.start_mark.index + 1, joined)
