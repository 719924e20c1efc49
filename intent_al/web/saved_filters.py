"""Filters of the queue that people keep under names of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g

from intent_al.errors import UsageError
from intent_al.store import accounts
from intent_al.web import filters
from intent_al.web.context import store
from intent_al.web.filters import sort_of, state_of

MOST_SAVED = 50


def keep_filter(name: str, values: Mapping[str, str]) -> dict[str, Any]:
    """All saved filters, by name. Raises UsageError for one more than there may be."""
    name = name.strip()[:60]
    if not name:
        raise UsageError("a saved filter needs a name")
    filters.read(values)  # what cannot be read is not kept
    kept = dict(g.user.preferences.get("filters", {}))
    if len(kept) >= MOST_SAVED and name not in kept:
        raise UsageError(f"{MOST_SAVED} filters are kept at most: drop one first")
    kept[name] = {**filters.given(values), "state": state_of(values), "sort": sort_of(values)}
    return _keep(kept)


def drop_filter(name: str) -> dict[str, Any]:
    kept = dict(g.user.preferences.get("filters", {}))
    kept.pop(name.strip()[:60], None)
    return _keep(kept)


def _keep(kept: dict[str, Any]) -> dict[str, Any]:
    accounts.set_preferences(store(), g.user.id, {**g.user.preferences, "filters": kept})
    return kept
