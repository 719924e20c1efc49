"""What one reviewer has in hand: cards taken, put back, remarked upon."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import g

from intent_al.errors import UsageError
from intent_al.stages import review as stage
from intent_al.store import claims, history, remarks
from intent_al.store.listing import Filter
from intent_al.web.context import context, now, store
from intent_al.web.messages import say

LEASE = 600.0
"""Seconds that a fetched item is nobody else's; the page renews it while it is open."""
LONGEST_REMARK = 2_000


def for_card(item: int) -> dict[str, Any]:
    """What the card's own template needs beside its view."""
    own = history.own(store(), item, g.user.name)
    return {
        "request_id": secrets.token_hex(12),
        "revises": own.decision if own is not None else None,
    }


def add_remark(item: int, comment: str) -> int:
    """The comment is masked: who reads out an address in it must not bring it back."""
    text = context().masker.mask(comment.strip()[:LONGEST_REMARK])
    return remarks.add(store(), item, text, reviewer=g.user.name, now=now())


def position() -> tuple[int, int]:
    """(number, total): the cards that the reviewer has decided in the last 12 hours and those that
    wait are the total, which is counted anew now and then."""
    name = g.user.name
    done = history.decided_since(store(), name, now() - 12 * 3600)
    total = context().totals.get(
        name, now(), lambda: done + claims.waiting(store(), name, now=now())
    )
    return done + 1, max(total, done + 1)


def take(count: int, wanted: Filter, without: Sequence[int] = ()) -> list[int]:
    """Items for whoever asks, nobody else's for the time of a lease."""
    start = context().first_open.get("", now(), lambda: claims.first_open(store()))
    return claims.take(
        store(),
        g.user.name,
        count,
        now=now(),
        seconds=LEASE,
        wanted=wanted,
        without=without,
        start=start,
    )


def take_back(item: int | None) -> int:
    """Undo one's last decision, or that on ``item``, and have the item in hand again.

    Raises UsageError where there is none.
    """
    undone = stage.undo(store(), reviewer=g.user.name, item=item, clock=context().clock)
    if undone is None:
        raise UsageError(say("nothing_to_undo"))
    context().first_open.forget()
    claims.take_one(store(), g.user.name, undone, now=now(), seconds=LEASE)
    return undone
