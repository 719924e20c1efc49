"""Plug-ins of other packages, known for as long as a test runs."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest


def install(monkeypatch: pytest.MonkeyPatch, group: str, **places: str) -> None:
    """Make entry points known by their names; a place is ``module`` or ``module:object``."""
    points = [EntryPoint(name, place, group) for name, place in places.items()]
    monkeypatch.setattr(
        "connectors.plugins.entry_points",
        lambda group: [point for point in points if point.group == group],
    )
