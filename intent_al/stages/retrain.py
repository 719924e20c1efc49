"""What would a new model know?

Writes ``run``. The candidate is trained on the bot's files, as they are or as they would be;
nothing goes live here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from intent_al.engines.base import Engine
from intent_al.project.config import Project
from intent_al.store import Store, runs


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
    engine: Engine,
    bot: Project,
    *,
    decision: int | None = None,
    reuse: bool = False,
    clock: Callable[[], float] = time.time,
) -> RetrainReport:
    """Train a candidate on the files of ``bot`` and remember what it was made of.

    ``decision`` is the newest one that it can learn from. With ``reuse``, what an interrupted run
    has trained from the same recipe is taken instead, while its archive is there.
    """
    recipe = engine.recipe(bot, decision)
    started = time.perf_counter()
    known = runs.same_recipe(store, recipe.engine, recipe.key) if reuse else None
    if known is not None and (known.archive is None or engine.keeps(known.archive)):
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
    made = engine.train(bot, recipe)
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
