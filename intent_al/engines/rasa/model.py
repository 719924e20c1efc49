"""A Rasa model as every other model here: probabilities of all intents, spans with probabilities.

The names are those of the training data: a retrieval intent's share is divided among its answers
as the ResponseSelector ranks them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from intent_al.engines.rasa import retrieval
from intent_al.engines.rasa.ids import stored_id
from intent_al.engines.rasa.process import RasaWorker
from intent_al.engines.rasa.spans import Committee
from intent_al.entities.spans import joined
from intent_al.errors import RasaError
from intent_al.inside_rasa.worker.arrays import unpack
from intent_al.records import FloatArray, PredictionBatch

AT_ONCE = 512
LONGEST = 4_000
"""Characters of one text that are read: attention grows with the square of the length, and nobody
labels a novel."""


class RasaModel:
    """One archive, asked through a worker that others may use, too."""

    def __init__(self, worker: RasaWorker, archive: Path) -> None:
        """Raises RasaError for an archive that cannot be asked, or that ranks no intents."""
        self._worker = worker
        self.archive = archive
        self.facts = worker.facts(archive)
        self.model_id = stored_id(self.facts["model_id"])
        self._committee = Committee(self.facts["extractors"])
        if not self.facts["classifiers"]:
            raise _no_ranking(archive, "its pipeline has no intent classifier")

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Full names of the intents, sorted."""
        return retrieval.full_labels(self._base_labels, self._answers)

    @cached_property
    def _base_labels(self) -> tuple[str, ...]:
        """What the deciding classifier chooses from."""
        ranked = [one["labels"] for one in self.facts["classifiers"] if one["labels"]]
        if ranked:
            return tuple(ranked[-1])
        probe = next(self._worker.parse(self.archive, [["hello"]]))["classifiers"]
        if not probe:
            names = ", ".join(one["name"] for one in self.facts["classifiers"])
            raise _no_ranking(self.archive, f"its classifier ({names}) ranks no intents")
        return tuple(probe[-1]["labels"])

    @cached_property
    def _answers(self) -> dict[str, tuple[str, ...]]:
        return {one["intent"]: tuple(one["labels"]) for one in self.facts["selectors"]}

    def predict(self, texts: Sequence[str]) -> PredictionBatch:
        """See ``Model``. ``emitted`` spans are those that the bot hands to its dialogue."""
        chunks = [texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE)]
        sent = [[readable(text) for text in chunk] for chunk in chunks]
        answers = self._worker.parse(self.archive, sent)
        parts = [
            self._part(answer, len(chunk)) for chunk, answer in zip(chunks, answers, strict=True)
        ]
        probabilities = [part.probabilities for part in parts]
        spans = joined([part.spans for part in parts], [len(part) for part in parts])
        empty = np.zeros((0, len(self.labels)), np.float32)
        return PredictionBatch(self.labels, np.concatenate([empty, *probabilities]), spans)

    def _part(self, answer: Mapping[str, Any], size: int) -> PredictionBatch:
        if not answer["classifiers"]:
            raise _no_ranking(self.archive, "it ranks no intents")
        decided = answer["classifiers"][-1]
        place = {name: column for column, name in enumerate(decided["labels"])}
        scores = unpack(decided["scores"])
        known = np.full((size, len(self._base_labels)), np.nan, dtype=np.float64)
        for column, name in enumerate(self._base_labels):
            if name in place:
                known[:, column] = scores[:, place[name]]
        answers = {one["intent"]: unpack(one["scores"]) for one in answer["selectors"]}
        full = retrieval.divide(self._base_labels, filled(known), self._answers, answers)
        return PredictionBatch(self.labels, full, self._committee.spans(answer))


def _no_ranking(archive: Path, why: str) -> RasaError:
    return RasaError(
        f"{why}, so there is nothing to tell sure from unsure by; add a classifier that ranks, "
        "such as DIETClassifier or LogisticRegressionClassifier",
        where=archive,
    )


def readable(text: str) -> str:
    """The text as Rasa can read it: no half of a surrogate pair, and no end."""
    return text[:LONGEST].encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def filled(scores: npt.NDArray[np.float64]) -> FloatArray:
    """Rows that sum to 1. A message that Rasa cannot tell anything from is all NaN: it may be
    anything; what a truncated ranking leaves out shares what is left."""
    known = ~np.isnan(scores)
    values = np.where(known, scores, 0.0)
    missing = (~known).sum(axis=1, keepdims=True)
    rest = np.clip(1.0 - values.sum(axis=1, keepdims=True), 0.0, None)
    values = np.where(known, values, rest / np.maximum(missing, 1))
    total = values.sum(axis=1, keepdims=True)
    even = 1.0 / max(1, scores.shape[1])
    shares = np.where(total > 0, values / np.maximum(total, 1e-30), even)
    return np.asarray(shares, dtype=np.float32)
