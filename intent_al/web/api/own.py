"""Who asks, and what they keep for themselves: keys and filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import g

from intent_al.web.access import Permission
from intent_al.web.api.endpoint import endpoint
from intent_al.web.keys import keep_keys, keys_of
from intent_al.web.saved_filters import drop_filter, keep_filter


@dataclass(frozen=True, slots=True)
class Me:
    name: str
    role: str
    permissions: tuple[str, ...]
    csrf: str


@dataclass(frozen=True, slots=True)
class KeysBody:
    """By the names that GET /preferences has; those that are left out get their default."""

    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FilterBody:
    """``filter`` as in the URL of the queue, with state and sort; without it the name goes."""

    name: str
    filter: Mapping[str, str] | None = None


@endpoint("GET", "/me", Permission.READ, answer=Me)
def me() -> dict[str, Any]:
    """Who is signed in, and what they may do."""
    given = tuple(sorted(one.value for one in g.permissions))
    csrf = g.session.csrf if g.session is not None else ""
    return asdict(Me(g.user.name, g.user.role, given, csrf))


@endpoint("GET", "/preferences", Permission.READ)
def preferences() -> dict[str, Any]:
    """One's own keys and saved filters."""
    kept = g.user.preferences
    return {"keys": keys_of(kept), "filters": kept.get("filters", {})}


@endpoint("POST", "/preferences/keys", Permission.REVIEW, body=KeysBody)
def change_keys(body: KeysBody) -> dict[str, Any]:
    """Which key does what, for oneself."""
    return {"keys": keep_keys(body.keys)}


@endpoint("POST", "/preferences/filters", Permission.READ, body=FilterBody)
def save_filter(body: FilterBody) -> dict[str, Any]:
    """Keep a filter under a name, or drop it."""
    if body.filter is None:
        return {"filters": drop_filter(body.name)}
    return {"filters": keep_filter(body.name, body.filter)}
