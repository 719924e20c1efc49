"""Which few should a human see next, and why?

Writes ``batch`` and ``queue_item``, and a row of ``utterance`` for an example nobody said.

A batch is made of quotas, each with a question of its own: between which intents is the model torn,
what do people say that no example is near, what fits no intent, what did they complain about, which
example has the wrong intent? A tenth is drawn blindly from the traffic instead: the audit sample,
an honest measure of the bot.
"""

from __future__ import annotations

import time
from collections import Counter

import numpy as np

from intent_al.errors import NotEnoughDataError
from intent_al.stages.select import audit, yields
from intent_al.stages.select.candidates import Candidates, Encode, gather
from intent_al.stages.select.fill import QUOTAS, Filling, at_random
from intent_al.stages.select.labels import suspects
from intent_al.stages.select.likeliest import with_intents
from intent_al.stages.select.quotas import CONFUSION, LABELS, sizes
from intent_al.stages.select.screen import BatchScreen
from intent_al.stages.select.wanted import BatchRequest, SelectReport
from intent_al.store import Store, predictions, queue
from intent_al.store.queue import Item
from intent_al.strategies.base import Need, Strategy
from intent_al.strategies.registry import open_strategy
from intent_al.texts import ngrams

__all__ = ["RANDOM", "BatchRequest", "SelectReport", "select"]

RANDOM = "random"
"""The strategy, and the quota, of a batch that is drawn by chance and so has no other quotas."""


def select(
    store: Store,
    wanted: BatchRequest,
    *,
    bot: str,
    encode: Encode,
    model: str | None = None,
    now: float | None = None,
) -> SelectReport:
    """Choose and store a batch by the predictions of ``model``, the one in use unless it is named.

    ``encode`` gives unit vectors (n, d) of texts. Raises UsageError for an unknown strategy,
    NotEnoughDataError where nothing was predicted yet.
    """
    strategy = open_strategy(wanted.strategy)
    model = model or predictions.latest_model(store)
    if model is None:
        raise NotEnoughDataError("nothing is predicted yet: run `intent-al predict` first")
    rng = np.random.default_rng([wanted.seed, queue.batches(store)])
    drawn = audit.draw(store, bot, audit.share(wanted, rng), rng)
    left_out: Counter[str] = Counter()
    # what tops up may leave some of it out, so that may still be chosen
    taken = set() if wanted.top_up else {item.utterance for item in drawn}
    committee = Need.COMMITTEE in strategy.needs
    candidates = gather(
        store, bot, model, wanted, encode, taken, rng, left_out, committee=committee
    )
    count, chosen = 0, list[Item]()
    if candidates is not None:
        count, size = len(candidates.items), wanted.size - len(drawn)
        chosen = _filled(store, bot, wanted, candidates, strategy, size, rng, left_out)
    drawn = audit.beside(drawn, chosen, wanted, rng)
    twice = {item.utterance for item in drawn}
    items = [*(item for item in chosen if item.utterance not in twice), *drawn]
    if not items:
        return SelectReport(None, (), left_out, count)
    items = _with_answers(with_intents(store, model, items), wanted, rng)
    batch = queue.write_batch(
        store,
        items,
        model=model,
        strategy=wanted.strategy,
        seed=wanted.seed,
        now=time.time() if now is None else now,
    )
    return SelectReport(batch, tuple(items), left_out, count)


def _with_answers(items: list[Item], wanted: BatchRequest, rng: np.random.Generator) -> list[Item]:
    """Beside each item how many people are asked."""
    if wanted.answers == 1:
        return items
    shared = rng.random(len(items)) < wanted.answers_share
    return [
        item._replace(answers=wanted.answers) if several else item
        for item, several in zip(items, shared.tolist(), strict=True)
    ]


def _filled(
    store: Store,
    bot: str,
    wanted: BatchRequest,
    candidates: Candidates,
    strategy: Strategy,
    size: int,
    rng: np.random.Generator,
    left_out: Counter[str],
) -> list[Item]:
    """The items of all quotas but the audit sample, confusion first."""
    ids = [item.id for item in candidates.items]
    screen = BatchScreen(
        candidates.items,
        judged_by=ngrams.encode([*wanted.held_out, *queue.audited_texts(store)]),
        asked=ngrams.encode(queue.asked_texts(store)),
        senders=queue.frequent_sender(store, ids),
        per_sender=wanted.per_sender,
        left_out=left_out,
    )
    filling = Filling(candidates, screen, queue.complaints(store, bot), rng)
    labels: list[Item] = []
    if wanted.strategy == RANDOM:
        found = [(RANDOM, at_random(filling, strategy, size))]
    else:
        shares = sizes(size, yields.measure(store))
        labels = suspects(store, bot, wanted, candidates, shares.pop(LABELS), rng)
        size -= len(labels)
        found = [(quota, QUOTAS[quota](filling, strategy, n)) for quota, n in shares.items()]
        missing = size - sum(len(picks) for _, picks in found)
        found.append((CONFUSION, QUOTAS[CONFUSION](filling, strategy, missing)))
    contexts = queue.latest_message(store, [ids[pick.row] for _, picks in found for pick in picks])
    items = [
        Item(
            ids[pick.row],
            quota,
            pick.score,
            pick.reason,
            contexts.get(ids[pick.row]),
            spellings=candidates.items[pick.row].spellings,
        )
        for quota, picks in sorted(found, key=lambda pair: pair[0] != CONFUSION)
        for pick in picks
    ]
    return [*items, *labels]
