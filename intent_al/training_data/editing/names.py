"""Changes the name of an intent wherever a file names it; quoting and all else stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from yaml.nodes import Node, ScalarNode

from intent_al.errors import WriteRefusedError
from intent_al.training_data import yaml_nodes
from intent_al.training_data.editing.draft import Draft
from intent_al.training_data.editing.layout import double_quoted, in_style_of, name_scalar
from intent_al.training_data.editing.operations import RenameIntent
from intent_al.training_data.mentions import mentions
from intent_al.training_data.sanitise import is_one_line


def renamed(
    root: Node | None, operation: RenameIntent, leave: Collection[int] = ()
) -> Mapping[int, tuple[ScalarNode, str]]:
    """The scalars that have to change, by the ``id`` of their node, with their new value.

    ``leave`` has the ids of nodes that are taken out and need no new name.
    """
    base = operation.old if operation.retrieval else ""
    found = {}
    for mention in mentions(root, retrieval=base):
        value = mention.renamed(operation.old, operation.new)
        if value is not None and id(mention.node) not in leave:
            found[id(mention.node)] = (mention.node, value)
    return found


def rename(
    at: Draft, root: Node | None, operation: RenameIntent, leave: Collection[int] = ()
) -> None:
    """Raises WriteRefusedError with the line of a name that cannot be replaced as it is written."""
    for node, value in renamed(root, operation, leave).values():
        start, end = node.start_mark, node.end_mark
        raw = at.lines[start.line][start.column : end.column]
        if start.line != end.line or raw.startswith(("&", "!", "*")) or not is_one_line(value):
            raise WriteRefusedError(
                f"'{node.value}' has a tag, an anchor or a line break here; write it plainly on "
                "one line, then the intent can be renamed",
                where=at.path,
                line=yaml_nodes.line_of(node),
            )
        at.replace_scalar(node, _as_written(node, value, operation))


def _as_written(node: ScalarNode, value: str, operation: RenameIntent) -> str:
    """A payload or an action stays without quotes where the new name needs none."""
    part_of_more = node.value != operation.old
    if not node.style and part_of_more and yaml_nodes.reads_as_text(value):
        return value if name_scalar(operation.new) == operation.new else double_quoted(value)
    return in_style_of(node, value)
