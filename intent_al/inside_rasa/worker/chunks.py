"""Messages of like length together, because a batch is as wide as its longest message."""

from __future__ import annotations

from typing import Sequence

from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

AT_ONCE = 128

CELLS = 4_000
"""Tokens a chunk, padding included: attention grows with the square of the length."""


def by_length(rows: Sequence[int], messages: Sequence[Message]) -> list[list[int]]:
    """``rows`` of ``messages``, sorted by their number of tokens, in chunks of a bounded size."""
    lengths = {row: len(messages[row].get(TOKENS_NAMES[TEXT]) or ()) + 1 for row in rows}
    chunks: list[list[int]] = []
    for row in sorted(rows, key=lengths.__getitem__):
        full = chunks and (
            len(chunks[-1]) >= AT_ONCE or (len(chunks[-1]) + 1) * lengths[row] > CELLS
        )
        if not chunks or full:
            chunks.append([])
        chunks[-1].append(row)
    return chunks
