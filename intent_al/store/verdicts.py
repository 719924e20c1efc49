"""A run with its verdict, read back: what a report tells of them, long after both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from intent_al.store.database import Store


class Judged(NamedTuple):
    """One run and the last verdict on it; times are seconds since 1970."""

    run: int
    model: str
    engine: str
    examples: int
    data_hash: str
    recipe: str | None
    settings: Mapping[str, Any]
    trained_at: float
    verdict: int
    outcome: str
    figures: Mapping[str, Any]
    against: str | None
    asked: str | None
    judged_at: float


class Learned(NamedTuple):
    """A decision that a run could learn from; ``new``: the model before it could not."""

    text: str
    outcome: str
    intent: str | None
    reviewer: str
    decided_at: float
    new: bool


def judged(store: Store, run: int | None = None) -> Judged | None:
    """The last verdict on ``run``, or the last verdict of all."""
    rows = store.query(
        "SELECT run.id, run.model, engine, examples, data_hash, recipe, settings, run.created_at,"
        " verdict.id, verdict.outcome, figures, against, asked, verdict.created_at"
        " FROM verdict JOIN run ON run.id = verdict.run"
        " WHERE ?1 IS NULL OR run.id = ?1 ORDER BY verdict.id DESC LIMIT 1",
        (run,),
    )
    if not rows:
        return None
    found = list(rows[0])
    found[6], found[10] = orjson.loads(found[6]), orjson.loads(found[10])
    return Judged(*found)


def judged_runs(store: Store) -> list[int]:
    """The runs that have a verdict, oldest first."""
    return [row[0] for row in store.query("SELECT DISTINCT run FROM verdict ORDER BY run")]


def exists(store: Store, run: int) -> bool:
    return bool(store.count("SELECT count(*) FROM run WHERE id = ?", (run,)))


def learned(store: Store, bot: str, run: int, against: str | None) -> list[Learned]:
    """Decisions that ``run`` could learn from, those first that the model ``against`` could not.

    A run says itself what its newest decision was. One that does not was trained on the bot's files
    as they stood there, so what was written into them before is what it knows. Of several answers
    to one text, those count that agreed, or were decided between, by then.
    """
    bound = _newest_decision(store, run)
    before = None if against is None else _run_of(store, against, run)
    known = 0 if before is None else _newest_decision(store, before)
    rows = store.query(
        "WITH standing AS ("
        "  SELECT decision.*, queue_item.utterance FROM decision"
        "  JOIN queue_item ON queue_item.id = decision.item"
        "  WHERE outcome <> 'undone' AND decision.id IN"
        "    (SELECT max(id) FROM decision WHERE id <= :bound GROUP BY item, reviewer)"
        ") SELECT text, outcome, intent, reviewer, decided_at, standing.id > :known"
        " FROM standing JOIN utterance ON utterance.id = standing.utterance"
        " WHERE standing.id IN (SELECT max(id) FROM standing GROUP BY utterance"
        "   HAVING count(DISTINCT reviewer) + (count(DISTINCT outcome || coalesce(intent, '')) = 1)"
        "   > (SELECT max(answers) FROM queue_item WHERE utterance = standing.utterance))"
        " AND bot = :bot"
        " AND outcome IN ('labelled', 'out_of_scope')"
        " AND utterance NOT IN (SELECT utterance FROM queue_item WHERE quota = 'audit')"
        " AND ((SELECT decision FROM run WHERE id = :run) IS NOT NULL OR standing.id IN"
        "   (SELECT change.decision FROM change JOIN run ON written_at <= run.created_at"
        "    WHERE run.id = :run AND action IN ('added', 'moved', 'changed')))"
        " ORDER BY standing.id > :known DESC, standing.id DESC",
        {"bound": bound, "known": known, "bot": bot, "run": run},
    )
    return [Learned(row[0], row[1], row[2], row[3], row[4], new=bool(row[5])) for row in rows]


def _run_of(store: Store, model: str, before: int) -> int | None:
    found = store.count("SELECT max(id) FROM run WHERE model = ? AND id < ?", (model, before))
    return found or None


def _newest_decision(store: Store, run: int) -> int:
    return store.count(
        "SELECT coalesce(run.decision,"
        " (SELECT max(change.decision) FROM change WHERE written_at <= run.created_at))"
        " FROM run WHERE id = ?",
        (run,),
    )
