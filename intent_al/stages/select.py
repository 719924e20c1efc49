"""Which few should a human see next, and why?

Writes ``batch`` and ``queue_item``. Uncertainty says what the model would learn from, density how
much of the traffic resembles it, frequency how many people would feel it, likeness that nobody is
asked the same question twice. A tenth of a batch is drawn blindly from the traffic instead: the
audit sample, an honest measure of the bot.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from intent_al.encoders import ngrams
from intent_al.errors import NotEnoughDataError, UsageError
from intent_al.records import FloatArray, PredictionBatch
from intent_al.store import Store, predictions, queue
from intent_al.store.queue import Candidate, Item
from intent_al.strategies import batches
from intent_al.strategies.registry import STRATEGIES, explain

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a batch shall be. ``training`` and ``held_out`` are texts that are never asked for."""

    size: int = 50
    strategy: str = "uncertainty"
    audit_share: float = 0.1
    per_sender: int = 5
    training: Sequence[str] = ()
    held_out: Sequence[str] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class SelectReport:
    """``left_out`` counts what was passed over, by reason."""

    batch: int | None
    items: tuple[Item, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    candidates: int = 0


def select(
    store: Store, wanted: Wanted, *, bot: str, model: str | None = None, now: float | None = None
) -> SelectReport:
    """Choose utterances and put them into the queue.

    Raises UsageError for an unknown strategy, NotEnoughDataError where nothing was predicted yet.
    """
    if wanted.strategy != RANDOM and wanted.strategy not in STRATEGIES:
        names = ", ".join(sorted({*STRATEGIES, RANDOM}))
        raise UsageError(f"unknown strategy {wanted.strategy!r}; there are {names}")
    model = model or predictions.latest_model(store)
    if model is None:
        raise NotEnoughDataError("nothing is predicted yet: run `intent-al predict` first")
    rng = np.random.default_rng([wanted.seed, queue.batches(store)])
    audit = _audit_sample(store, bot, _share(wanted, rng), rng)
    drawn = {item.utterance for item in audit}
    left_out: Counter[str] = Counter()
    pool = _pool(store, bot, wanted, drawn, left_out)
    size = wanted.size - len(audit)
    items = (*_choose(store, pool, model, wanted, size, rng, left_out), *audit)
    if not items:
        return SelectReport(None, (), left_out, len(pool))
    batch = queue.write_batch(
        store,
        items,
        model=model,
        strategy=wanted.strategy,
        seed=wanted.seed,
        now=time.time() if now is None else now,
    )
    return SelectReport(batch, items, left_out, len(pool))


def _share(wanted: Wanted, rng: np.random.Generator) -> int:
    """Items of the audit sample; a batch too small for one has it as often as its share says."""
    exact = wanted.size * wanted.audit_share
    return int(rng.random() < exact) if 0 < exact < 1 else round(exact)


def _audit_sample(store: Store, bot: str, size: int, rng: np.random.Generator) -> list[Item]:
    """Messages drawn uniformly, before any filter, so that they stand for what people say."""
    known = queue.audited(store)
    messages = [pair for pair in queue.free_text_messages(store, bot) if pair[0] not in known]
    if not messages or size <= 0:
        return []
    picks = rng.choice(len(messages), size=min(size, len(messages)), replace=False)
    return [
        Item(messages[i][1], "audit", 0.0, "drawn at random, to measure the bot", messages[i][0])
        for i in sorted(picks.tolist())
    ]


def _pool(
    store: Store, bot: str, wanted: Wanted, drawn: set[int], left_out: Counter[str]
) -> list[Candidate]:
    """Candidates that the bot does not learn from yet and is not judged by."""
    known = {ngrams.normalise(text) for text in wanted.training}
    pool = []
    for item in queue.candidates(store, bot):
        if item.id in drawn:
            continue
        if ngrams.normalise(item.text) in known:
            left_out["in the training data"] += 1
        else:
            pool.append(item)
    return pool


def _choose(
    store: Store,
    pool: Sequence[Candidate],
    model: str,
    wanted: Wanted,
    size: int,
    rng: np.random.Generator,
    left_out: Counter[str],
) -> list[Item]:
    ids, batch = predictions.read(store, model, [item.id for item in pool])
    predicted = set(ids.tolist())
    pool = [item for item in pool if item.id in predicted]
    if not pool or size <= 0:
        return []
    texts = [item.text for item in pool]
    vectors = ngrams.encode(texts)
    judged_by = [*wanted.held_out, *queue.audited_texts(store)]
    allowed = ngrams.nearest(vectors, ngrams.encode(judged_by)) < ngrams.NEAR_COPY
    left_out["copy of a text the bot is judged by"] += int((~allowed).sum())
    said_by = queue.frequent_sender(store, ids.tolist())
    score = _score(batch, pool, vectors, wanted.strategy, rng)
    picks, passed = batches.pick(
        score,
        vectors,
        size,
        allowed=allowed,
        senders=[said_by.get(item.id, "") for item in pool],
        per_sender=wanted.per_sender,
        near_copy=ngrams.NEAR_COPY,
    )
    left_out.update(passed)
    if wanted.strategy == RANDOM:
        words = ["drawn at random"] * len(picks)
    else:
        words = explain(wanted.strategy, batch, texts, picks)
    contexts = queue.latest_message(store, [pool[i].id for i in picks])
    return [
        Item(pool[i].id, wanted.strategy, float(score[i]), reason, contexts.get(pool[i].id))
        for i, reason in zip(picks, words, strict=True)
    ]


def _score(
    batch: PredictionBatch,
    pool: Sequence[Candidate],
    vectors: csr_matrix,
    strategy: str,
    rng: np.random.Generator,
) -> FloatArray:
    if strategy == RANDOM:
        return rng.random(len(pool), dtype=np.float32)
    senders = np.array([item.senders for item in pool], dtype=np.int32)
    uncertainty = STRATEGIES[strategy](batch)
    return uncertainty * batches.density(vectors) * batches.frequency(senders)
