"""The committee: every model that has predicted the candidates, and one more on their vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from intent_al.nlu.linear import fitted
from intent_al.records import Example, FloatArray, PredictionBatch
from intent_al.store import Store, predictions
from intent_al.strategies.committee import align


def convene(
    store: Store,
    ids: Sequence[int],
    own: PredictionBatch,
    model: str,
    training: Sequence[Example],
    examples: FloatArray,
    vectors: FloatArray,
) -> FloatArray | None:
    """(members, n, k), or None where there is one member only.

    ``own`` are the predictions of ``model``; other kinds of models are members where they have
    predicted all of ``ids``. ``examples`` and ``vectors`` are those of training and candidates.
    """
    members = [own]
    for other in predictions.latest_of_each_kind(store):
        if other != model:
            found, batch = predictions.read(store, other, ids)
            members += [batch] if len(found) == len(ids) else []
    if len({example.intent for example in training}) > 1:
        members.append(_on_vectors(training, examples, vectors))
    return align(members) if len(members) > 1 else None


def _on_vectors(
    training: Sequence[Example], examples: FloatArray, vectors: FloatArray
) -> PredictionBatch:
    """Logistic regression on nothing but the vectors: other features, so other mistakes."""
    from sklearn.linear_model import LogisticRegression

    intents = [example.intent for example in training]
    model = fitted(LogisticRegression(C=20.0, max_iter=300), examples, intents)
    return PredictionBatch(
        tuple(map(str, model.classes_)), model.predict_proba(vectors).astype(np.float32)
    )
