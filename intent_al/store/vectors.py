"""Vectors of texts, kept because a good encoder takes minutes for what is read in half a second.

They are found by a hash of the text, not by its utterance: texts of the training data have vectors,
too. A vector says a good deal of its text, so ``prune`` drops those of texts that are gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from intent_al.records import BoolArray, FloatArray
from intent_al.store.database import Store

NUMBER = np.dtype("<f2")
ASKED = 500
"""Hashes in one question: more make SQLite sort them, fewer make it answer too often."""

WRITTEN = 2_000
"""Vectors in one transaction: some 20 ms."""


class StoredVectors(NamedTuple):
    """``known`` (n,) tells which hashes have a vector; ``rows`` (n, d) are zeros for the others.

    d is 0 for an encoder that nothing is stored of.
    """

    known: BoolArray
    rows: FloatArray


def text_hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def read(store: Store, encoder: str, hashes: Sequence[bytes]) -> StoredVectors:
    """The vectors of an encoder by the hashes of their texts, each of which is there once."""
    known = np.zeros(len(hashes), dtype=np.bool_)
    named = store.query("SELECT id, dim FROM encoder WHERE name = ?", (encoder,))
    if not named:
        return StoredVectors(known, np.zeros((len(hashes), 0), dtype=np.float32))
    number, width = named[0]
    rows = np.zeros((len(hashes), width), dtype=np.float32)
    for first in range(0, len(hashes), ASKED):
        part = hashes[first : first + ASKED]
        marks = ",".join("?" * len(part))
        answer = store.query(
            f"SELECT hash, numbers FROM vector WHERE encoder = ? AND hash IN ({marks})",
            (number, *part),
        )
        place = {one: first + at for at, one in enumerate(part)}
        at = [place[row[0]] for row in answer]
        numbers = np.frombuffer(b"".join([row[1] for row in answer]), dtype=NUMBER)
        rows[at] = numbers.reshape(len(at), width)
        known[at] = True
    return StoredVectors(known, rows)


def write(store: Store, encoder: str, hashes: Sequence[bytes], rows: FloatArray) -> None:
    """Keep the vectors (n, d) of texts; one that is there already stays.

    An encoder that suddenly has another d is another encoder: what it had before is dropped.
    """
    blobs = rows.astype(NUMBER)
    for first in range(0, len(hashes), WRITTEN):
        with store.write() as connection:
            number = _number(store, encoder, rows.shape[1])
            connection.executemany(
                "INSERT INTO vector (encoder, hash, numbers) VALUES (?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                [
                    (number, one, blob.tobytes())
                    for one, blob in zip(
                        hashes[first : first + WRITTEN], blobs[first : first + WRITTEN], strict=True
                    )
                ],
            )


def _number(store: Store, encoder: str, width: int) -> int:
    """The encoder's own; called within a transaction."""
    store.connection.execute(
        "INSERT INTO encoder (name, dim) VALUES (?, ?) ON CONFLICT DO NOTHING", (encoder, width)
    )
    number, before = store.query("SELECT id, dim FROM encoder WHERE name = ?", (encoder,))[0]
    if before != width:
        store.connection.execute("DELETE FROM vector WHERE encoder = ?", (number,))
        store.connection.execute("UPDATE encoder SET dim = ? WHERE id = ?", (width, number))
    return int(number)


def prune(store: Store) -> int:
    """Delete the vectors of texts that are no utterance; rows deleted.

    Those of training sentences go, too, and are made again when they are needed.
    """
    store.connection.create_function("text_hash", 1, text_hash, deterministic=True)
    with store.write() as connection:
        return connection.execute(
            "DELETE FROM vector WHERE hash NOT IN (SELECT text_hash(text) FROM utterance)"
        ).rowcount
