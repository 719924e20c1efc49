"""What would a new model know?

Writes ``run``. The candidate is trained on the bot's files, as they are or as they would be;
nothing goes live here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from intent_al.store import Store, runs


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a candidate is made of. ``key`` is a hash of all of it: equal keys, equal candidates.

    ``data_hash`` is the ledger's fingerprint of the training data, ``decision`` the newest one that
    the candidate can learn from.
    """

    key: str
    engine: str
    examples: int
    intents: int
    data_hash: str
    decision: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trained:
    """A candidate. ``archive`` is its file, or None where it can be trained again in seconds."""

    model: str
    archive: str | None = None


@dataclass(frozen=True, slots=True)
class RetrainReport:
    """``trained`` is false where an earlier run had made the same candidate already."""

    run: int
    model: str
    examples: int
    intents: int
    seconds: float
    engine: str = "builtin"
    archive: str | None = None
    trained: bool = True


def retrain(
    store: Store,
    recipe: Recipe,
    train: Callable[[], Trained],
    *,
    exists: Callable[[str], bool] = lambda archive: True,
    reuse: bool = False,
    clock: Callable[[], float] = time.time,
) -> RetrainReport:
    """Train a candidate and remember what it was made of.

    With ``reuse``, what an interrupted run has trained from the same recipe is taken instead, while
    its archive ``exists``.
    """
    started = time.perf_counter()
    known = runs.same_recipe(store, recipe.engine, recipe.key) if reuse else None
    if known is not None and (known.archive is None or exists(known.archive)):
        return RetrainReport(
            known.id,
            known.model,
            known.examples,
            recipe.intents,
            time.perf_counter() - started,
            recipe.engine,
            known.archive,
            trained=False,
        )
    made = train()
    seconds = time.perf_counter() - started
    run = runs.write_run(
        store,
        model=made.model,
        examples=recipe.examples,
        data_hash=recipe.data_hash,
        settings={**recipe.settings, "engine": recipe.engine, "seconds": round(seconds, 1)},
        now=clock(),
        engine=recipe.engine,
        recipe=recipe.key,
        archive=made.archive,
        decision=recipe.decision,
    )
    return RetrainReport(
        run, made.model, recipe.examples, recipe.intents, seconds, recipe.engine, made.archive
    )
