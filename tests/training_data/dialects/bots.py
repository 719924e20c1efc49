"""Small bots in every dialect."""

from __future__ import annotations

from pathlib import Path

from tests.support import small_bot
from tests.support.line_dialect import FILE

LINES = "# what people say\ngreet: hello\ngreet: good day\n\nbye: see you\nbye: so long\n"


def bot_of(name: str, folder: Path) -> Path:
    """A small bot in the dialect of that name; a new dialect needs one here."""
    if name == "rasa":
        return small_bot.make(folder)
    folder.mkdir()
    (folder / FILE).write_text(LINES, encoding="utf-8")
    return folder
