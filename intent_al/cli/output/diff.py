"""A diff in colours."""

from __future__ import annotations

from rich.text import Text

from intent_al.texts.plain import visible


def coloured_diff(diff: str) -> Text:
    """A unified diff in colours; its text stays what it is, control characters aside."""
    styles = {"+": "green", "-": "red", "@": "cyan"}
    text = Text()
    for line in diff.split("\n"):
        bold = line.startswith(("+++", "---"))
        text.append(visible(line) + "\n", "bold" if bold else styles.get(line[:1], ""))
    text.right_crop(1)
    return text
