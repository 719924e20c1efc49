"""A page of the terminal, drawn whole and in place: no flicker, no scrolling, nothing left behind.

Every line is put at its own row and cut at the border, so that a text whose width a terminal
counts otherwise than we do can spoil its own line and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console, RenderableType
from rich.segment import Segment, Segments

Line = list[Segment]

# another screen, lines that do not wrap, pasted text in brackets; and all of it back
_ENTER = "\x1b[?1049h\x1b[?7l\x1b[?2004h"
_LEAVE = "\x1b[?2004l\x1b[?7h\x1b[?1049l"


class Screen:
    """Draws pages on ``console``; one that is no terminal gets them below each other."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._entered = False

    def __enter__(self) -> Screen:
        self._entered = True
        self._write(_ENTER)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._entered = False
        self._write(_LEAVE)

    @property
    def width(self) -> int:
        return max(self.console.width, 20)

    @property
    def height(self) -> int:
        return max(self.console.height, 8)

    def lines(
        self, part: RenderableType, *, indent: int = 0, most: int | None = None
    ) -> list[Line]:
        """``part`` as lines of the screen's width, the last one marked where ``most`` cuts it."""
        options = self.console.options.update(width=self.width - indent, height=None)
        found = self.console.render_lines(part, options, pad=False)
        if most is not None and len(found) > most:
            last = Segment.adjust_line_length(found[most - 1], self.width - indent - 1, pad=False)
            found = [*found[: most - 1], [*last, Segment("…")]]
        margin = [Segment(" " * indent)] if indent else []
        return [margin + line for line in found]

    def show(self, body: Sequence[Line], footer: Sequence[Line] = ()) -> None:
        """``footer`` at the bottom, as much of ``body`` as fits above it."""
        room = max(self.height - len(footer), 0)
        if not self.console.is_terminal:
            self.console.print(Segments(_joined([*body[:room], *footer])), soft_wrap=True)
            return
        rows = [*body[:room], *([[]] * (room - len(body))), *footer][: self.height]
        with self.console.capture() as page:
            self.console.print(Segments(_joined(rows)), end="", soft_wrap=True)
        self._write(
            "".join(
                f"\x1b[{number};1H\x1b[K{row}"
                for number, row in enumerate(page.get().split("\n"), 1)
            )
        )

    def prompt_at_bottom(self) -> None:
        """A free line at the bottom for an editor that wraps and scrolls as it likes."""
        self._write(f"\x1b[?7h\x1b[{self.height};1H\x1b[K")

    def prompt_done(self) -> None:
        self._write("\x1b[?7l\x1b[?2004h\x1b[2J")

    def _write(self, codes: str) -> None:
        if self.console.is_terminal:
            self.console.file.write(codes)
            self.console.file.flush()


def _joined(rows: Sequence[Line]) -> list[Segment]:
    found: list[Segment] = []
    for row in rows:
        found += [Segment.line(), *row] if found else row or [Segment("")]
    return found
