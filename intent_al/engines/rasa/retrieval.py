"""Retrieval intents by their full names.

Rasa's classifiers know ``faq``; which answer is meant (``faq/opening_hours``) a ResponseSelector
tells apart. Training data, reviewers and the gate name the answer, so predictions do, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from intent_al.records import FloatArray


def full_labels(labels: Sequence[str], answers: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """``labels`` with each retrieval intent replaced by its answers, sorted.

    ``answers`` are those that each selector knows, by full name; a selector may know the answers of
    several intents.
    """
    known = _by_intent(answers)
    return tuple(sorted(name for label in labels for name in known.get(label, (label,))))


def divide(
    labels: Sequence[str],
    probabilities: npt.NDArray[np.floating],
    answers: Mapping[str, Sequence[str]],
    scores: Mapping[str, npt.NDArray[np.floating]],
) -> FloatArray:
    """Probabilities (n, k) of ``labels`` as (n, m) of their ``full_labels``.

    ``scores`` (n, a) are those of each selector for its answers; a row of NaN tells nothing, and
    the share of the intent is divided evenly.
    """
    known = _by_intent(answers)
    columns = {label: column for column, label in enumerate(full_labels(labels, answers))}
    full = np.zeros((len(probabilities), len(columns)), dtype=np.float32)
    share: dict[str, npt.NDArray[np.floating]] = {}
    for selector, names in answers.items():
        for column, name in enumerate(names):
            share[name] = np.nan_to_num(np.asarray(scores[selector])[:, column])
    for column, label in enumerate(labels):
        mass = probabilities[:, column]
        if label not in known:
            full[:, columns[label]] = mass
            continue
        parts = np.stack([share[name] for name in known[label]], axis=1)
        total = parts.sum(axis=1, keepdims=True)
        even = 1.0 / len(known[label])
        parts = np.where(total > 0, parts / np.where(total > 0, total, 1.0), even)
        for number, name in enumerate(known[label]):
            full[:, columns[name]] = mass * parts[:, number]
    return full


def _by_intent(answers: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Intent -> the full names of its answers."""
    found: dict[str, list[str]] = {}
    for names in answers.values():
        for name in names:
            intent, slash, _ = name.partition("/")
            if slash and name not in found.setdefault(intent, []):
                found[intent].append(name)
    return found
