"""Who may be asked about, and what is known of them: from the store to arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from intent_al.entities.ambiguity import entity_ambiguity
from intent_al.records import Example, FloatArray, PredictionBatch
from intent_al.stages.select.committee import convene
from intent_al.stages.select.wanted import BatchRequest
from intent_al.store import Store, predictions, queue
from intent_al.store.queue import Candidate
from intent_al.strategies import scores
from intent_al.strategies.base import NO_INTENT, UNKNOWN, Pool, Rows, best
from intent_al.strategies.density import frequency
from intent_al.texts.normal_form import normal_form

Encode = Callable[[Sequence[str]], FloatArray]

SIEVE = 20_000
"""Utterances that strategies look at: of more, the most doubtful half and a sample of the rest."""


SPELLINGS = 20
"""Other spellings of an utterance that are kept, to be shown."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Utterances of the pool, row by row, and the bot's examples: the first rows of
    ``pool.known``."""

    items: Sequence[Candidate]
    batch: PredictionBatch
    pool: Pool
    training: Sequence[Example]


def gather(
    store: Store,
    bot: str,
    model: str,
    wanted: BatchRequest,
    encode: Encode,
    drawn: set[int],
    rng: np.random.Generator,
    left_out: Counter[str],
    *,
    committee: bool,
) -> Candidates | None:
    """What may be asked about and has a prediction; None where there is nothing.

    A ``committee`` is asked only where it is needed: it costs a model.
    """
    items = _unasked(store, bot, wanted, drawn, left_out)
    ids, batch = predictions.read(store, model, [item.id for item in items])
    predicted = set(ids.tolist())
    items = [item for item in items if item.id in predicted]
    if not items:
        return None
    rows = _sieve(batch, rng)
    if len(rows) < len(items):
        items = [items[row] for row in rows.tolist()]
        _, batch = predictions.read(store, model, [item.id for item in items])
    asked = queue.asked_texts(store)
    known = [*(example.text for example in wanted.training), *asked]
    vectors = encode([item.text for item in items] + known)
    column = {label: at for at, label in enumerate(batch.labels)}
    intents = [column.get(example.intent, UNKNOWN) for example in wanted.training]
    strangers = queue.out_of_scope_texts(store)
    intents += [NO_INTENT if text in strangers else UNKNOWN for text in asked]
    members = None
    if committee:
        ids_left = [item.id for item in items]
        examples = vectors[len(items) :][: len(wanted.training)]
        members = convene(
            store, ids_left, batch, model, wanted.training, examples, vectors[: len(items)]
        )
    pool = Pool(
        len(items),
        probabilities=batch.probabilities,
        ambiguity=entity_ambiguity(batch.spans, len(batch)),
        committee=members,
        vectors=vectors[: len(items)],
        weight=frequency(np.array([item.senders for item in items], dtype=np.int32)),
        known=vectors[len(items) :],
        known_intents=np.array(intents, dtype=np.int32),
    )
    return Candidates(items, batch, pool, wanted.training)


def _unasked(
    store: Store, bot: str, wanted: BatchRequest, drawn: set[int], left_out: Counter[str]
) -> list[Candidate]:
    """Candidates that the bot does not learn from yet; of near duplicates, also in two languages,
    what most people say."""
    known = {normal_form(example.text) for example in wanted.training}
    first: dict[str, Candidate] = {}
    for item in queue.candidates(store, bot):
        if item.id in drawn:
            continue
        spelling = normal_form(item.text)
        if spelling in known:
            left_out["in the training data"] += 1
        elif spelling in first:
            left_out["near duplicate"] += 1
            one = first[spelling]
            ahead = one if one.senders >= item.senders else item
            behind = item if ahead is one else one
            first[spelling] = Candidate(
                ahead.id,
                ahead.text,
                one.said + item.said,
                one.senders + item.senders,
                _others(ahead.text, (*one.spellings, behind.text)),
            )
        else:
            first[spelling] = item
    return sorted(first.values())


def _others(text: str, spellings: Sequence[str]) -> tuple[str, ...]:
    """Each once, without ``text``: in two languages it is two utterances and one spelling."""
    return tuple(one for one in dict.fromkeys(spellings) if one != text)[:SPELLINGS]


def _sieve(batch: PredictionBatch, rng: np.random.Generator) -> Rows:
    n = len(batch)
    if n <= SIEVE:
        return np.arange(n)
    doubtful = best(scores.margin(batch.probabilities), SIEVE // 2)
    rest = np.setdiff1d(np.arange(n), doubtful, assume_unique=True)
    return np.sort(np.concatenate([doubtful, rng.choice(rest, SIEVE - SIEVE // 2, replace=False)]))
