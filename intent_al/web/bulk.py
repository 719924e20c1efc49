"""Many at a time: what resembles one text, and one decision about all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from flask import g

from intent_al.errors import ConflictError, UsageError
from intent_al.records import Outcome
from intent_al.stages import review as stage
from intent_al.store import listing
from intent_al.store.decisions import Alone, Decision
from intent_al.store.listing import Filter, Row
from intent_al.web import cards
from intent_al.web.context import context, now, store
from intent_al.web.deciding import INTENT_NAME
from intent_al.web.messages import say
from intent_al.web.similarity import LISTED, TICKED, Crowd
from intent_al.web.template_helpers import shortened

MOST = 50
COMPARED = 20_000
LONGEST = 1_000
"""Characters of a text that others are compared with."""


class Shown(NamedTuple):
    """``similarity`` in [0, 1] to what was asked for, where that is one text."""

    row: Row
    similarity: float | None

    @property
    def ticked(self) -> bool:
        return self.similarity is None or self.similarity >= TICKED


def decide_all(items: Sequence[int], outcome: Outcome, intent: str | None) -> tuple[int, int]:
    """(decided, how many somebody else has decided meanwhile). Raises UsageError for too many, and
    for what cannot be an intent."""
    if len(items) > MOST:
        raise UsageError(say("bulk_too_many", most=MOST))
    if outcome is not Outcome.LABELLED:
        intent = None
    elif not INTENT_NAME.fullmatch(intent or ""):
        raise UsageError(say("bad_intent", name=shortened(intent or "", 60)))
    decided = conflicts = 0
    for number in dict.fromkeys(items):
        found = cards.find(store(), number)
        try:
            stage.decide(
                store(),
                Decision(found.id, outcome, intent),
                reviewer=g.user.name,
                alone=Alone(),
                clock=context().clock,
            )
            decided += 1
        except ConflictError:
            conflicts += 1
    return decided, conflicts


def similar_to_item(number: int) -> list[Shown]:
    return similar(cards.find(store(), number).text, *listing.likeliest(store(), number))


def similar(text: str, likeliest: str | None = None, second: str | None = None) -> list[Shown]:
    """What waits and resembles a text, the most alike first; itself among it."""
    crowd = context().crowd.get("", now(), lambda: Crowd(listing.waiting(store(), COMPARED)))
    alike = crowd.alike(text, likeliest, second)
    order = np.argsort(-alike, kind="stable")[: 4 * MOST]
    ids = {crowd.ids[at]: float(alike[at]) for at in order if alike[at] >= LISTED}
    free = {row.id: row for row in free_rows(Filter(ids=tuple(ids)), MOST)} if ids else {}
    return [Shown(free[number], like) for number, like in ids.items() if number in free][:MOST]


def free_rows(wanted: Filter, limit: int) -> list[Row]:
    """What waits for the reviewer, and nobody else has in hand."""
    wanted = replace(wanted, for_reviewer=g.user.name)
    rows = listing.page(store(), wanted, "open", "queue", now=now(), limit=4 * limit)
    return [row for row in rows if row.claimed_by in (None, g.user.name)][:limit]
