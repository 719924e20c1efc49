"""Entity spans of several extractors of one bot, as one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from intent_al.inside_rasa.worker.arrays import unpack
from intent_al.records import SpanBatch

PRETRAINED = frozenset({"SpacyEntityExtractor", "DucklingEntityExtractor"})
"""Extractors with names of their own that no annotation changes: nobody is asked about them."""


class Committee:
    """The extractors that have a probability for every span; their vote is the mean.

    An extractor that has never learned a label has no vote on it. What others emit, such as
    patterns, is a span with the confidence that it comes with, or with 1.
    """

    def __init__(self, extractors: Sequence[Mapping[str, Any]]) -> None:
        """``extractors``: of each its ``name``, ``entities`` and ``roles``."""
        self._names = [str(one["name"]) for one in extractors]
        self._votes: dict[str, int] = {}
        for one in extractors:
            suffixes = ["", *(f"#{role}" for role in one["roles"])]
            for label in (name + suffix for name in one["entities"] for suffix in suffixes):
                self._votes[label] = self._votes.get(label, 0) + 1

    def spans(self, answer: Mapping[str, Any]) -> SpanBatch:
        """The spans of one answer of the worker."""
        sums: dict[tuple[int, int, int, str], list[float]] = {}
        for table in answer["spans"]:
            columns = [
                unpack(table[name]).tolist()
                for name in ("row", "start", "end", "label", "probability", "emitted")
            ]
            for row, start, end, label, probability, emitted in zip(*columns, strict=True):
                name = table["labels"][label]
                one = sums.setdefault((row, start, end, name), [0.0, 0.0])
                one[0] += probability / self._votes.get(name, 1)
                one[1] = max(one[1], float(emitted))
        for row, entities in enumerate(answer["entities"]):
            for entity in entities:
                extractor = entity.get("extractor")
                if extractor in PRETRAINED or extractor in self._names:
                    continue
                role = entity.get("role")
                name = f"{entity['entity']}#{role}" if role else str(entity["entity"])
                sure = entity.get("confidence_entity")
                one = sums.setdefault(
                    (row, entity["start"], entity["end"], name), [1.0 if sure is None else sure, 0]
                )
                one[1] = 1.0
        return _table(sums)


def _table(sums: Mapping[tuple[int, int, int, str], Sequence[float]]) -> SpanBatch:
    labels = tuple(sorted({key[3] for key in sums}))
    index = {label: number for number, label in enumerate(labels)}
    rows = sorted((*key[:3], index[key[3]], *value) for key, value in sums.items())
    numbers = np.array(rows, dtype=np.float64).reshape(-1, 6)
    ints = numbers[:, :4].astype(np.int32)
    return SpanBatch(
        labels,
        ints[:, 0],
        ints[:, 1],
        ints[:, 2],
        ints[:, 3],
        numbers[:, 4].astype(np.float32),
        numbers[:, 5] > 0,
    )
