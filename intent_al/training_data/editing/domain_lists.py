"""Adds and takes out intents and entities of a domain file by lines; nothing else changes.

An intent that the domain does not list trains without complaint, but the bot's policies never see
it: a new intent is only complete with its line in the domain.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from yaml.nodes import MappingNode, Node, SequenceNode

from intent_al.errors import WriteRefusedError
from intent_al.training_data import yaml_nodes
from intent_al.training_data.editing.draft import Draft
from intent_al.training_data.editing.layout import dash_line, last_line, name_scalar


def add(at: Draft, root: Node | None, key: str, names: Sequence[str]) -> None:
    """Insert names at the end of the list ``key`` (``intents``, ``entities``), in its own style.

    A list that does not exist yet is started at the end of the file. Retrieval intents are listed
    by their base name, which is the caller's to give.
    """
    scalars = [name_scalar(name) for name in dict.fromkeys(names)]
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
            where=at.path,
            line=yaml_nodes.line_of(name),
        )


def listed(root: Node | None, key: str, names: Collection[str]) -> list[Node]:
    """The entries of the list ``key`` that are of these names."""
    place = _section(root, key)
    entries = place[1].value if place and isinstance(place[1], SequenceNode) else []
    return [entry for entry in entries if name_node(entry).value in names]


def name_node(entry: Node) -> Node:
    """The name of an entry, which is either ``name`` or ``name: {details}``."""
    is_mapping = isinstance(entry, MappingNode) and entry.value
    return entry.value[0][0] if is_mapping else entry


def remove(at: Draft, root: Node | None, key: str, names: Sequence[str]) -> None:
    """Take names out of the list ``key``, with what is said about them there."""
    place = _section(root, key)
    gone = listed(root, key, names)
    if place is None or len({name_node(entry).value for entry in gone}) < len(set(names)):
        raise WriteRefusedError(f"'{key}' does not list {', '.join(names)}", where=at.path)
    header, value = place
    if not isinstance(value, SequenceNode):
        return
    if value.flow_style:
        _shrink_flow(at, value, gone)
        return
    for entry in gone:
        at.delete_lines(dash_line(at, entry), last_line(at, entry))
    if len(gone) == len(value.value):
        # An empty list, because Rasa does not take nothing for one.
        end = header.end_mark
        colon = at.lines[end.line].index(":", end.column)
        at.replace(end.line, colon + 1, colon + 1, " []")


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


def _extend_flow(at: Draft, value: SequenceNode, scalars: Sequence[str]) -> None:
    joined = ", ".join(scalars)
    if value.value:
        end = value.value[-1].end_mark
        at.replace(int(end.line), int(end.column), int(end.column), ", " + joined)
    else:
        start = value.start_mark
        at.replace(int(start.line), int(start.column) + 1, int(start.column) + 1, joined)


def _shrink_flow(at: Draft, value: SequenceNode, gone: Sequence[Node]) -> None:
    """Each entry goes with the comma behind it, or else with the one before it."""
    kept = [position for position, entry in enumerate(value.value) if entry not in gone]
    for position, entry in enumerate(value.value):
        if entry not in gone:
            continue
        start, end = entry.start_mark, entry.end_mark
        if kept and position < kept[-1]:
            end = value.value[position + 1].start_mark
        elif position:
            start = value.value[position - 1].end_mark
        if start.line != end.line:
            raise WriteRefusedError(
                "this list in brackets runs over several lines; write it with '- ' lines",
                where=at.path,
                line=int(start.line) + 1,
            )
        at.replace(int(start.line), int(start.column), int(end.column), "")
