"""Adds and takes out intents and entities of a domain file by lines; nothing else changes.

An intent that the domain does not list trains without complaint, but the bot's policies never see
it: a new intent is only complete with its line in the domain.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.errors import WriteRefusedError
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.dialects.rasa.editing.draft import Draft
from intent_al.training_data.dialects.rasa.editing.layout import (
    dash_line,
    last_line,
    name_scalar,
    place_for_key,
)
from intent_al.training_data.dialects.rasa.sanitise import name_refusal

_WORDS = {"intents": "intent", "entities": "entity"}


def change(at: Draft, root: Node | None, key: str, gone: Sequence[str], new: Sequence[str]) -> None:
    """Take names out of the list ``key`` (``intents``, ``entities``), with what is said about them
    there, and put others at its end, in its own style.

    A list that does not exist yet is started at the end of the file. Retrieval intents are listed
    by their base name, which is the caller's to give.
    """
    new = list(dict.fromkeys(new))
    place = _section(root, key)
    _check_names(at, root, key, gone, new)
    scalars = [name_scalar(name) for name in new]
    if place is None:
        _start(at, root, key, scalars)
        return
    header, value = place
    if isinstance(value, SequenceNode) and value.flow_style:
        _change_flow(at, value, listed(root, key, gone), scalars)
    elif isinstance(value, SequenceNode):
        _change_lines(at, header, value, listed(root, key, gone), scalars)
    else:
        if isinstance(value, ScalarNode) and value.value:
            at.replace_scalar(value, "")  # a ~ or null
        indent = " " * (int(header.start_mark.column) + _usual_dash(root))
        at.after_line(header.end_mark.line, [f"{indent}- {scalar}" for scalar in scalars])


def listed(root: Node | None, key: str, names: Collection[str]) -> list[Node]:
    """The entries of the list ``key`` that are of these names."""
    return [entry for entry in entries(root, key) if name_node(entry).value in names]


def entries(root: Node | None, key: str) -> list[Node]:
    place = _section(root, key)
    return list(place[1].value) if place and isinstance(place[1], SequenceNode) else []


def name_node(entry: Node) -> Node:
    """The name of an entry, which is either ``name`` or ``name: {details}``."""
    is_mapping = isinstance(entry, MappingNode) and entry.value
    return entry.value[0][0] if is_mapping else entry


def _check_names(
    at: Draft, root: Node | None, key: str, gone: Sequence[str], new: Sequence[str]
) -> None:
    place = _section(root, key)
    if place and not isinstance(place[1], SequenceNode) and yaml_nodes.kind(place[1]) != "null":
        raise WriteRefusedError(
            f"'{key}' is no list; write it with '- ' lines",
            where=at.path,
            line=yaml_nodes.line_of(place[0]),
        )
    known = {name_node(entry).value: entry for entry in entries(root, key)}
    line = yaml_nodes.line_of(place[0]) if place else None
    missing = [name for name in dict.fromkeys(gone) if name not in known]
    if missing:
        raise WriteRefusedError(
            f"'{key}' does not list {', '.join(missing)}", where=at.path, line=line
        )
    for name in new:
        refusal = name_refusal(_WORDS.get(key, key), name)
        if refusal:
            raise WriteRefusedError(refusal, where=at.path)
        if name in known and name not in gone:
            raise WriteRefusedError(
                f"'{key}' lists {name} already; Rasa rejects a domain that does so twice",
                where=at.path,
                line=yaml_nodes.line_of(known[name]),
            )
    for name in gone:
        entry = known[name]
        if isinstance(entry, MappingNode) and len(entry.value) > 1:
            raise WriteRefusedError(
                f"the entry of {name} names others too; give each its own '- ' line",
                where=at.path,
                line=yaml_nodes.line_of(entry),
            )


def _section(root: Node | None, key: str) -> tuple[Node, Node] | None:
    if isinstance(root, MappingNode):
        for name, value in root.value:
            if name.value == key:
                return name, value
    return None


def _usual_dash(root: Node | None) -> int:
    """How far the file indents its lists below their keys."""
    if isinstance(root, MappingNode):
        for key, value in root.value:
            if isinstance(value, SequenceNode) and not value.flow_style:
                return max(0, int(value.start_mark.column - key.start_mark.column))
    return 2


def _start(at: Draft, root: Node | None, key: str, scalars: Sequence[str]) -> None:
    below, column = place_for_key(at, root)
    blank = [""] if below >= 0 and not at.is_blank(below) else []
    indent, dash = " " * column, " " * (column + _usual_dash(root))
    lines = [*blank, f"{indent}{key}:", *(f"{dash}- {one}" for one in scalars)]
    at.after_line(below, lines, new_key=True)


def _change_lines(
    at: Draft, header: Node, value: SequenceNode, gone: Sequence[Node], scalars: Sequence[str]
) -> None:
    for entry in gone:
        at.delete_lines(dash_line(at, entry), last_line(at, entry))
    indent = " " * int(value.start_mark.column)
    at.after_line(last_line(at, value), [f"{indent}- {scalar}" for scalar in scalars])
    if len(gone) == len(value.value) and not scalars:
        # An empty list, because Rasa does not take nothing for one.
        end = header.end_mark
        colon = at.lines[end.line].index(":", end.column)
        at.replace(end.line, colon + 1, colon + 1, " []")


def _change_flow(
    at: Draft, value: SequenceNode, gone: Sequence[Node], scalars: Sequence[str]
) -> None:
    joined = ", ".join(scalars)
    if len(gone) == len(value.value):
        start, end = value.start_mark, value.end_mark
        _replace_between(at, start.line, start.column + 1, end.line, end.column - 1, joined)
        return
    _shrink_flow(at, value, gone)
    if joined:
        end = value.value[-1].end_mark
        at.replace(int(end.line), int(end.column), int(end.column), ", " + joined)


def _shrink_flow(at: Draft, value: SequenceNode, gone: Sequence[Node]) -> None:
    """Each entry goes with the comma behind it, or else with the one before it."""
    kept = [position for position, entry in enumerate(value.value) if entry not in gone]
    for position, entry in enumerate(value.value):
        if entry not in gone:
            continue
        start, end = entry.start_mark, entry.end_mark
        if position < kept[-1]:
            end = value.value[position + 1].start_mark
        else:
            start = value.value[position - 1].end_mark
        _replace_between(at, start.line, start.column, end.line, end.column, "")


def _replace_between(at: Draft, first: int, start: int, last: int, end: int, text: str) -> None:
    if first != last:
        raise WriteRefusedError(
            "this list in brackets runs over several lines; write it with '- ' lines",
            where=at.path,
            line=first + 1,
        )
    at.replace(first, start, end, text)
