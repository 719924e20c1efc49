"""Which versions of its file format Rasa reads: of a file from the future it skips everything."""

from __future__ import annotations

import re

from yaml.nodes import MappingNode, Node, ScalarNode

LATEST = "3.1"
_LATEST = (3, 1)
_VERSION = re.compile(
    r"v?(?P<release>\d+(?:\.\d+)*)(?P<rest>[-_.]?(?:post|r|rev|a|b|c|rc|dev).*)?\Z"
)


def judged(version: str) -> bool | None:
    """Whether Rasa reads a file of this version; None for what it does not take for a version."""
    match = _VERSION.match(version.strip("\"'").strip().lower())
    if match is None:
        return None
    release = tuple(int(part) for part in match["release"].split("."))
    while release and release[-1] == 0:
        release = release[:-1]
    rest = (match["rest"] or "").lstrip("-_.")
    is_later = rest.startswith(("post", "r")) and not rest.startswith("rc")
    return release < _LATEST or (release == _LATEST and not is_later)


def too_new(root: Node | None) -> ScalarNode | None:
    """The version of a file that Rasa skips because of it."""
    for key, value in root.value if isinstance(root, MappingNode) else ():
        if key.value == "version" and isinstance(value, ScalarNode) and value.value:
            return value if judged(value.value) is False else None
    return None
