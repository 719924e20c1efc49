"""What learns from the labels that were bought: the model whose accuracy is drawn as a curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from intent_al.engines.base import Trainer
from intent_al.nlu.linear import fitted
from intent_al.records import Example, FloatArray, IntArray
from intent_al.simulation.data import Task
from intent_al.strategies.base import Rows


class Successor(Protocol):
    """Learns from rows of the pool, again and again, each time from all of them."""

    def learn(self, rows: Rows) -> None:
        """``rows`` have labels of at least two intents."""
        ...

    def pool(self, rows: Rows) -> FloatArray:
        """(len(rows), k) probabilities of all intents of the task; 0 for one never seen."""
        ...

    def tests(self) -> IntArray:
        """(t,) the number of the likeliest intent of each test."""
        ...


class Linear:
    """Logistic regression on vectors, with the settings that are customary for sentence vectors:
    fast, and as good as anything on few labels."""

    def __init__(self, task: Task, vectors: FloatArray, tests: FloatArray) -> None:
        from sklearn.linear_model import LogisticRegression

        self._labels, self._k = task.labels, len(task.intents)
        self._vectors, self._tests = vectors, tests
        # each fit starts from the last one: a batch moves the weights little
        self._model = LogisticRegression(C=20.0, max_iter=1_000, tol=5e-5, warm_start=True)

    def learn(self, rows: Rows) -> None:
        labels = self._labels[rows]
        known = getattr(self._model, "classes_", None)
        if known is not None and len(np.unique(labels)) != len(known):
            del self._model.coef_  # of other intents: nothing to start from
        fitted(self._model, self._vectors[rows], labels)

    def pool(self, rows: Rows) -> FloatArray:
        return self._over_all(self._model.predict_proba(self._vectors[rows]))

    def tests(self) -> IntArray:
        return np.asarray(self._model.predict(self._tests), dtype=np.int32)

    def _over_all(self, probabilities: FloatArray) -> FloatArray:
        return spread(probabilities, self._model.classes_, self._k)


class Builtin:
    """The model of ``nlu.intents``, which is what predicts where a bot has no model of its own."""

    def __init__(self, task: Task, seed: int) -> None:
        self._task, self._seed = task, seed

    def learn(self, rows: Rows) -> None:
        from intent_al.nlu.intents import IntentModel

        names = self._task.intents
        self._model = IntentModel(
            [self._task.texts[row] for row in rows],
            [names[label] for label in self._task.labels[rows]],
            seed=self._seed,
        )

    def pool(self, rows: Rows) -> FloatArray:
        return self._predict([self._task.texts[row] for row in rows])

    def tests(self) -> IntArray:
        return np.asarray(self._predict(self._task.tests).argmax(axis=1), dtype=np.int32)

    def _predict(self, texts: Sequence[str]) -> FloatArray:
        columns = np.searchsorted(self._task.intents, self._model.labels)
        return spread(self._model.predict(texts), columns, len(self._task.intents))


class Pipeline:
    """A bot's own pipeline, trained anew each time; a pipeline has seeds of its own."""

    def __init__(self, trainer: Trainer, task: Task) -> None:
        self._trainer, self._task = trainer, task

    def learn(self, rows: Rows) -> None:
        task = self._task
        model = self._trainer.train(
            [Example(task.texts[row], task.intents[task.labels[row]]) for row in rows]
        )
        # asked at once: the model answers only until another arm has trained
        predicted = model.predict([*task.texts, *task.tests])
        columns = np.searchsorted(task.intents, predicted.labels)
        self._probabilities = spread(predicted.probabilities, columns, len(task.intents))

    def pool(self, rows: Rows) -> FloatArray:
        return np.asarray(self._probabilities[rows], dtype=np.float32)

    def tests(self) -> IntArray:
        asked = self._probabilities[len(self._task.texts) :]
        return np.asarray(asked.argmax(axis=1), dtype=np.int32)


def spread(probabilities: FloatArray, columns: npt.NDArray[np.integer], k: int) -> FloatArray:
    """(n, k) of (n, len(columns)): 0 for the intents that a model has not seen."""
    if len(columns) == k:
        return np.asarray(probabilities, dtype=np.float32)
    result = np.zeros((len(probabilities), k), dtype=np.float32)
    result[:, columns] = probabilities
    return result


def accuracy(labels: IntArray, predicted: IntArray) -> tuple[float, float]:
    """Share of tests that are right: of all, and as the mean over intents."""
    right = labels == predicted
    counts = np.bincount(labels)
    shares = np.bincount(labels, weights=right)[counts > 0] / counts[counts > 0]
    return float(right.mean()), float(shares.mean())
