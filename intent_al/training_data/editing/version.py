"""Changes the version line of a training-data file."""

from __future__ import annotations

from yaml.nodes import MappingNode, Node, ScalarNode

from intent_al.training_data.editing.draft import Draft
from intent_al.training_data.editing.layout import double_quoted, in_style_of

_HEAD = "version"


def set_version(at: Draft, root: Node | None, version: str) -> None:
    """Where the file names none, the line goes above its first key."""
    pairs = root.value if isinstance(root, MappingNode) else []
    for key, value in pairs:
        if key.value == _HEAD and isinstance(value, ScalarNode):
            at.replace_scalar(
                value, in_style_of(value, version) if value.style else double_quoted(version)
            )
            return
    above = int(pairs[0][0].start_mark.line) - 1 if pairs else len(at.lines) - 1
    at.after_line(above, [f"{_HEAD}: {double_quoted(version)}"])
