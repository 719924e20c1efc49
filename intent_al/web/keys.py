"""Which key does what. A reviewer may change them; two never do the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import g

from intent_al.errors import UsageError
from intent_al.store import accounts
from intent_al.web.context import store
from intent_al.web.messages import say

DEFAULTS: Mapping[str, str] = {
    "accept": "a",
    "skip": " ",
    "ignore": "d",
    "out_of_scope": "o",
    "depends_on_context": "t",
    "undo": "u",
    "next": "j",
    "previous": "k",
    "context": "c",
    "mark": "m",
    "entities": "e",
    "flag": "f",
    "search": "/",
    "new_intent": "n",
    "similar": "s",
    "help": "?",
}
"""Beside these, 1 to 9 take a ranked intent, Enter accepts and Ctrl+Z undoes, always."""

_FIXED = frozenset("123456789")


def keys_of(preferences: Mapping[str, Any]) -> dict[str, str]:
    """A reviewer's keys. What is stored and cannot be used counts as the default."""
    own = preferences.get("keys")
    try:
        return checked(own) if isinstance(own, Mapping) else dict(DEFAULTS)
    except UsageError:
        return dict(DEFAULTS)


def checked(own: Mapping[str, object]) -> dict[str, str]:
    """All keys, those of ``own`` in place of the defaults. Raises UsageError where one is no single
    printable key, is 1 to 9, or is used twice."""
    found = dict(DEFAULTS)
    for action, key in own.items():
        if action not in DEFAULTS:
            raise UsageError(f"there is no key for {action!r}")
        if not isinstance(key, str) or len(key) != 1 or not key.isprintable() or key in _FIXED:
            raise UsageError(say("key_invalid", key=str(key)[:20]))
        found[action] = key.lower()
    seen: set[str] = set()
    for key in found.values():
        if key in seen:
            raise UsageError(say("key_taken", key=key))
        seen.add(key)
    return found


def keep_keys(own: Mapping[str, str]) -> dict[str, str]:
    """All keys as they are from now on. Raises UsageError for keys that cannot be."""
    kept = checked(own)
    preferences = {**g.user.preferences, "keys": kept if own else {}}
    accounts.set_preferences(store(), g.user.id, preferences)
    return kept
