"""Changes the name of an intent wherever a file names it; quoting and all else stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from yaml.nodes import Node, ScalarNode

from intent_al.errors import WriteRefusedError
from intent_al.training_data.dialects.operations import RenameIntent
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.dialects.rasa.editing import domain_lists
from intent_al.training_data.dialects.rasa.editing.draft import Draft
from intent_al.training_data.dialects.rasa.editing.layout import (
    double_quoted,
    in_style_of,
    name_scalar,
)
from intent_al.training_data.dialects.rasa.mentions import mentions
from intent_al.training_data.dialects.rasa.sanitise import intent_refusal


def renamed(
    root: Node | None, operation: RenameIntent, leave: Collection[int] = ()
) -> Mapping[int, tuple[ScalarNode, str]]:
    """The scalars that have to change, by the ``id`` of their node, with their new value.

    ``leave`` has the ids of nodes that are taken out and need no new name.
    """
    base = operation.old if operation.retrieval else ""
    found: dict[int, tuple[ScalarNode, str]] = {}
    if operation.old == operation.new:
        return found
    for mention in mentions(root, retrieval=base):
        value = mention.renamed(operation.old, operation.new)
        if value is not None and id(mention.node) not in leave:
            found[id(mention.node)] = (mention.node, value)
    return found


def refuse_chains(operations: Sequence[RenameIntent], path: Path | str) -> None:
    """All happens at once: a name that one takes cannot be given up by another."""
    given_up = {one.old for one in operations if one.old != one.new}
    for one in operations:
        if one.new in given_up:
            raise WriteRefusedError(
                f"{one.old} would become {one.new}, which is renamed, too; do one after the other",
                where=path,
            )


def rename(
    at: Draft, root: Node | None, operation: RenameIntent, leave: Collection[int] = ()
) -> None:
    """Raises WriteRefusedError with the line of a name that cannot be replaced as it is written."""
    refusal = intent_refusal(operation.new)
    if refusal:
        raise WriteRefusedError(refusal, where=at.path)
    changing = renamed(root, operation, leave)
    _refuse_twice(at, root, operation, changing, leave)
    for node, value in changing.values():
        if value.startswith("/") and set(operation.new) & set("{@"):
            raise WriteRefusedError(
                f"the name '{operation.new}' would end before its '{{' or '@' in this payload",
                where=at.path,
                line=yaml_nodes.line_of(node),
            )
        at.replace_scalar(node, _as_written(node, value, operation))


def _refuse_twice(
    at: Draft,
    root: Node | None,
    operation: RenameIntent,
    changing: Mapping[int, tuple[ScalarNode, str]],
    leave: Collection[int],
) -> None:
    listed = [domain_lists.name_node(entry) for entry in domain_lists.entries(root, "intents")]
    stays = {one.value for one in listed if id(one) not in leave and id(one) not in changing}
    for node in listed:
        if id(node) in changing and changing[id(node)][1] in stays:
            raise WriteRefusedError(
                f"the domain lists {operation.new} already; take {operation.old} out of its "
                "'intents' in the same change",
                where=at.path,
                line=yaml_nodes.line_of(node),
            )


def _as_written(node: ScalarNode, value: str, operation: RenameIntent) -> str:
    """A payload or an action stays without quotes where the new name needs none."""
    part_of_more = node.value != operation.old
    if not node.style and part_of_more and yaml_nodes.reads_as_text(value):
        return value if name_scalar(operation.new) == operation.new else double_quoted(value)
    return in_style_of(node, value)
