"""Batches of entity spans, put together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from intent_al.records import SpanBatch


def joined(parts: Sequence[SpanBatch], sizes: Sequence[int]) -> SpanBatch:
    """Batches of following texts, ``sizes`` each, as one; their labels may differ."""
    labels = tuple(sorted({label for part in parts for label in part.labels}))
    if not labels:
        return SpanBatch.empty()
    index = {label: number for number, label in enumerate(labels)}
    numbers = [np.array([index[name] for name in part.labels], np.int32) for part in parts]
    starts = np.cumsum([0, *sizes[:-1]]).astype(np.int32)
    return SpanBatch(
        labels,
        np.concatenate([part.row + start for part, start in zip(parts, starts, strict=True)]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([names[part.label] for part, names in zip(parts, numbers, strict=True)]),
        np.concatenate([part.probability for part in parts]),
        np.concatenate([part.emitted for part in parts]),
    )
