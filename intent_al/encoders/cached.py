"""An encoder that asks the store first: each text is encoded once, not once a batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from intent_al.encoders.base import Encoder
from intent_al.records import FloatArray
from intent_al.store import Store, vectors

CHUNK = 2_048
"""Texts that are encoded before their vectors are written: what a killed run may lose."""


class CachedEncoder:
    """``encoder`` with a memory; one that is not lasting is only passed through.

    Rows have the precision of float16, also where they were not stored yet, so that the second run
    sees what the first one saw.
    """

    def __init__(self, encoder: Encoder, store: Store) -> None:
        self._encoder = encoder
        self._store = store

    @property
    def encoder_id(self) -> str:
        return self._encoder.encoder_id

    @property
    def lasting(self) -> bool:
        return self._encoder.lasting

    def encode(self, texts: Sequence[str]) -> FloatArray:
        if not self.lasting or not texts:
            return self._encoder.encode(texts)
        hashes = [vectors.text_hash(text) for text in texts]
        text_of = dict(zip(hashes, texts, strict=True))
        distinct = list(text_of)
        known, rows = vectors.read(self._store, self.encoder_id, distinct)
        missing = np.flatnonzero(~known).tolist()
        for start in range(0, len(missing), CHUNK):
            part = missing[start : start + CHUNK]
            asked = [distinct[at] for at in part]
            made = self._encoder.encode([text_of[one] for one in asked])
            vectors.write(self._store, self.encoder_id, asked, made)
            if made.shape[1] != rows.shape[1]:
                if known.any():  # of another width, and dropped now
                    return self.encode(texts)
                rows = np.zeros((len(distinct), made.shape[1]), dtype=np.float32)
            rows[part] = made.astype(vectors.NUMBER)
        if len(distinct) == len(texts):
            return rows
        place = {one: at for at, one in enumerate(distinct)}
        return rows[[place[one] for one in hashes]]
