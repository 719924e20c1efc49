"""A report on a judged run, for people as one HTML file and for programs as JSON.

It is made from the store alone: no model is loaded, and nothing is measured again.
"""

from __future__ import annotations

from pathlib import Path

import orjson

from intent_al.errors import ConfigError
from intent_al.reports.content import Report, as_json, report
from intent_al.store import Store
from intent_al.system.durable import replace_file

__all__ = ["Report", "as_json", "default_path", "report", "save", "write"]


def write(store: Store, bot: str, state: Path, *, run: int | None = None) -> Path:
    """Write the page on ``run``, by default the last that was judged, below ``state``; its path.

    Raises NotEnoughDataError without a verdict, ConfigError where it cannot be written.
    """
    found = report(store, bot, run)
    return save(found, default_path(state, found.judged.run))


def default_path(state: Path, run: int) -> Path:
    return state / "reports" / f"run-{run}.html"


def save(found: Report, path: Path) -> Path:
    """Write a report as JSON where ``path`` ends so, else as HTML; an older one is replaced."""
    if path.suffix.lower() == ".json":
        source = orjson.dumps(as_json(found), option=orjson.OPT_INDENT_2)
    else:
        from intent_al.reports import page

        source = page.html(found).encode()
    try:
        replace_file(path, source, shared=True)
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", where=path) from error
    return path
