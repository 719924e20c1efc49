"""What each quota has yielded so far: how often was the answer news to the model that asked,
or to the training data?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from intent_al.records import Outcome
from intent_al.store import Store, predictions, queue
from intent_al.store.queue import AUDIT, Yield


def measure(store: Store) -> Mapping[str, Yield]:
    """By quota, without the audit sample. Answers whose prediction was pruned are not counted."""
    asked: dict[str, list[tuple[str, int, str | None]]] = defaultdict(list)
    answered: Counter[str] = Counter()
    news: Counter[str] = Counter()
    for one in queue.answers_by_quota(store):
        intent = one.intent if one.outcome == Outcome.LABELLED else None
        if one.example is not None:
            answered[one.quota] += 1
            news[one.quota] += intent != one.example.intent
        elif one.quota != AUDIT:
            asked[one.model].append((one.quota, one.utterance, intent))
    for model, answers in asked.items():
        ids, batch = predictions.read(store, model, [one[1] for one in answers])
        best = batch.probabilities.argmax(axis=1) if len(ids) else []
        thought = {int(key): batch.labels[at] for key, at in zip(ids, best, strict=True)}
        for quota, utterance, intent in answers:
            if utterance in thought:
                answered[quota] += 1
                news[quota] += thought[utterance] != intent
    return {quota: Yield(count, news[quota]) for quota, count in answered.items()}
