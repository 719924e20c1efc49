"""What templates may call: texts, moments and numbers as people read them, and who is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from functools import partial

from flask import g

from intent_al.texts import plain
from intent_al.texts.languages import language_tag
from intent_al.web.keys import keys_of
from intent_al.web.messages import SCRIPT, TEXTS

visible = partial(plain.visible, joiners=True)
shortened = partial(plain.shortened, joiners=True)


def moment(seconds: float | None) -> str:
    """UTC, to the minute; empty where it is unknown."""
    if not seconds:
        return ""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M")


def count(number: float) -> str:
    return f"{number:,.0f}"


def percent(share: float) -> str:
    return f"{share:.0%}"


def lang(language: str) -> str:
    """The attribute, empty where it would be none; older stores hold what settings said."""
    return language_tag(language) or ""


def user_name() -> str:
    return g.user.name if g.get("user") else ""


def csrf() -> str:
    return g.session.csrf if g.get("session") else ""


def keys() -> Mapping[str, str]:
    return keys_of(g.user.preferences if g.get("user") else {})


def key_name(key: str) -> str:
    return {" ": "Space", "Enter": "↵"}.get(key, key)


def script_texts() -> Mapping[str, str]:
    return {key: TEXTS[key] for key in SCRIPT}


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "moment": moment,
    "count": count,
    "percent": percent,
    "lang": lang,
    "user_name": user_name,
    "csrf": csrf,
    "keys": keys,
    "key_name": key_name,
    "script_texts": script_texts,
}
