"""Finding one intent among many by typing parts of its name: the list shrinks with every key."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.table import Table
from rich.text import Text

from intent_al.terminal.keyboard import PASTED, RESIZED
from intent_al.terminal.screen import Line, Screen
from intent_al.texts.plain import visible

_STEPS = {"up": -1, "down": 1, "tab": 1, "shift-tab": -1}


def matches(names: Sequence[str], typed: str) -> list[str]:
    """Names that hold every typed word; those that begin with the first one come first."""
    words = typed.lower().split()
    found = [name for name in names if all(word in name.lower() for word in words)]
    return sorted(found, key=lambda name: not (words and name.lower().startswith(words[0])))


def pick(
    screen: Screen,
    getkey: Callable[[], str],
    names: Sequence[str],
    *,
    new: bool = False,
    about: str = "",
) -> str | None:
    """The chosen name, or None where the reviewer gave up. ``new`` takes what was typed."""
    typed, at = "", 0
    while True:
        found = matches(names, typed)
        at = min(at, max(len(found) - 1, 0))
        _draw(screen, typed, found, None if new else at, about)
        key = getkey()
        if key == "enter":
            if new and typed.strip():
                return typed.strip()
            if not new and found:
                return found[at]
        elif key in ("escape", "ctrl-d"):
            return None
        elif key in _STEPS and found and not new:
            at = (at + _STEPS[key]) % len(found)
        elif key == "tab" and found:
            typed = found[0]
        else:
            changed = _edited(typed, key)
            typed, at = changed, at if changed == typed else 0


def _edited(typed: str, key: str) -> str:
    if key == "backspace":
        return typed[:-1]
    if key in ("ctrl-u", "ctrl-w"):
        return "" if key == "ctrl-u" else typed.rstrip().rpartition(" ")[0]
    if key.startswith(PASTED):
        return typed + visible(key.removeprefix(PASTED)).strip()
    if key != RESIZED and len(key) == 1 and key.isprintable():
        return typed + key
    return typed


def _draw(screen: Screen, typed: str, found: Sequence[str], at: int | None, about: str) -> None:
    if at is None:
        title, hint = "new intent", "Enter takes the name as typed · Tab takes the first below"
    else:
        title, hint = "intent", "type parts of the name · ↑ ↓ choose · Enter takes it"
    head = Text.assemble((f"{title}: ", "cyan"), (visible(typed), "bold"), ("▏", "bold cyan"))
    lines = [
        *screen.lines(Text(visible(about), "bold"), indent=1, most=3),
        [],
        *screen.lines(head, indent=1),
        [],
    ]
    footer = screen.lines(Text(f"{hint} · Esc back", "dim"), indent=1)
    if at is None and typed:
        lines += screen.lines(Text("names that are there already:", "dim"), indent=1)
    elif not found:
        lines += screen.lines(Text("no intent has that in its name; n makes a new one"), indent=1)
    room = screen.height - len(lines) - len(footer)
    screen.show([*lines, *_columns(screen, found, at, max(room, 1))], footer)


def _columns(screen: Screen, names: Sequence[str], at: int | None, rows: int) -> list[Line]:
    """As many columns as fit, filled from the top; a page further where the choice lies beyond."""
    if not names:
        return []
    width = max(len(name) for name in names) + 4
    across = max(1, (screen.width - 2) // width)
    page = (at or 0) // (rows * across) * rows * across
    shown = names[page : page + rows * across]
    table = Table.grid()
    for _ in range(across):
        table.add_column(width=width, no_wrap=True, overflow="ellipsis")
    rows = min(rows, -(-len(shown) // across))
    for row in range(rows):
        table.add_row(
            *(
                _name(shown[place], chosen=at == page + place) if place < len(shown) else Text()
                for place in range(row, rows * across, rows)
            )
        )
    return screen.lines(table, indent=1)


def _name(name: str, *, chosen: bool) -> Text:
    return Text(f"▸ {visible(name)} " if chosen else f"  {visible(name)}", "reverse" * chosen)
