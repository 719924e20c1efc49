"""What is found by its name while the program runs, so that nobody imports what is not used."""

from __future__ import annotations

import importlib
from typing import Any


def imported(place: str) -> Any:
    """A module, or what a module holds: ``package.module`` or ``package.module:name``."""
    module, _, name = place.partition(":")
    found = importlib.import_module(module)
    return getattr(found, name) if name else found
