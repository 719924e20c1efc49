"""What would a new model know?

Writes ``run``. The candidate is trained on the bot's files as they are now; nothing goes live here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from intent_al.nlu import snapshots
from intent_al.nlu.base import Model
from intent_al.records import Example
from intent_al.store import Store, runs


@dataclass(frozen=True, slots=True)
class RetrainReport:
    run: int
    model: str
    examples: int
    intents: int
    seconds: float


def retrain(
    store: Store,
    train: Callable[[Sequence[Example]], Model],
    examples: Sequence[Example],
    *,
    data_hash: str,
    snapshots_folder: Path,
    seed: int,
    clock: Callable[[], float] = time.time,
) -> RetrainReport:
    """Train a candidate and remember what it was made of; ``data_hash`` is the ledger's."""
    started = time.perf_counter()
    model = train(examples)
    snapshots.save(snapshots_folder, model.model_id, examples)
    run = runs.write_run(
        store,
        model=model.model_id,
        examples=len(examples),
        data_hash=data_hash,
        settings={"seed": seed, "engine": "builtin"},
        now=clock(),
    )
    seconds = time.perf_counter() - started
    return RetrainReport(run, model.model_id, len(examples), len(model.labels), seconds)
