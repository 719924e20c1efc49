"""Changes the version line of a training-data file."""

from __future__ import annotations

from yaml.nodes import Node, ScalarNode

from intent_al.errors import WriteRefusedError
from intent_al.training_data.dialects.rasa import format_version
from intent_al.training_data.dialects.rasa.editing.draft import Draft
from intent_al.training_data.dialects.rasa.editing.layout import (
    double_quoted,
    in_style_of,
    place_for_key,
)

_HEAD = "version"


def set_version(at: Draft, root: Node | None, version: str) -> None:
    """Where the file names none, the line goes above its first key."""
    if not format_version.judged(version):
        raise WriteRefusedError(
            f"'{version}' is no version that Rasa reads; the latest is {format_version.LATEST}",
            where=at.path,
        )
    below, column = place_for_key(at, root)
    for key, value in root.value if root is not None else ():
        if key.value != _HEAD or not isinstance(value, ScalarNode):
            continue
        if value.start_mark.index == value.end_mark.index:
            end = key.end_mark
            colon = at.lines[end.line].index(":", end.column)
            at.replace(end.line, colon + 1, colon + 1, " " + double_quoted(version))
        else:
            at.replace_scalar(
                value, in_style_of(value, version) if value.style else double_quoted(version)
            )
        return
    if root is not None:
        below = int(root.value[0][0].start_mark.line) - 1
    at.after_line(below, [f"{' ' * column}{_HEAD}: {double_quoted(version)}"])
