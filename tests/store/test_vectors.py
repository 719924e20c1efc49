"""Vectors come back for the texts that they were stored for, and leave with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from intent_al.store import Store, vectors


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "state.db") as opened:
        yield opened


def hashes(*texts: str) -> list[bytes]:
    return [vectors.text_hash(text) for text in texts]


def some(n: int, width: int = 8, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((n, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_nothing_is_known_of_an_encoder_that_wrote_nothing(store: Store) -> None:
    known, rows = vectors.read(store, "e", hashes("a", "b"))
    assert known.tolist() == [False, False]
    assert rows.shape == (2, 0)
    vectors.write(store, "e", [], some(0))
    assert vectors.read(store, "e", []).rows.shape == (0, 0)


@pytest.mark.parametrize("n", [1, vectors.ASKED, vectors.ASKED + 1, 2 * vectors.WRITTEN + 1])
def test_vectors_come_back_in_the_order_that_was_asked(store: Store, n: int) -> None:
    names, rows = hashes(*(f"text {at}" for at in range(n))), some(n)
    vectors.write(store, "e", names, rows)
    vectors.write(store, "other", names[:1], -rows[:1])
    order = np.random.default_rng(1).permutation(n)
    known, found = vectors.read(store, "e", [names[at] for at in order])
    assert known.all()
    assert found.dtype == np.float32
    assert np.allclose(found, rows[order], atol=1e-3)


def test_what_is_missing_is_said_and_zero(store: Store) -> None:
    vectors.write(store, "e", hashes("a", "c"), some(2))
    known, found = vectors.read(store, "e", hashes("a", "b", "c"))
    assert known.tolist() == [True, False, True]
    assert not found[1].any()
    assert found[0].any()


def test_a_vector_that_is_there_stays(store: Store) -> None:
    vectors.write(store, "e", hashes("a"), some(1))
    vectors.write(store, "e", hashes("a", "b"), some(2, seed=1))
    assert np.allclose(vectors.read(store, "e", hashes("a")).rows, some(1), atol=1e-3)
    assert store.count("SELECT count(*) FROM vector") == 2


def test_texts_that_are_gone_take_their_vectors_along(store: Store) -> None:
    with store.write() as connection:
        connection.executemany(
            "INSERT INTO utterance (bot, language, text) VALUES (?, 'en', ?)",
            [("b", "kept"), ("c", "kept"), ("b", "\x00 👩‍👩‍👧")],
        )
    for encoder in ("e", "f"):
        vectors.write(store, encoder, hashes("kept", "gone", "\x00 👩‍👩‍👧"), some(3))
    assert vectors.prune(store) == 2
    assert vectors.prune(store) == 0
    for encoder in ("e", "f"):
        known = vectors.read(store, encoder, hashes("kept", "gone", "\x00 👩‍👩‍👧")).known
        assert known.tolist() == [True, False, True]


def test_rows_of_older_versions_survive_the_new_tables(tmp_path: Path) -> None:
    """The migration adds; what is there stays, also beside a reader of the old version."""
    import sqlite3

    from intent_al.store import schema

    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    for migration in schema.MIGRATIONS[:3]:
        migration(connection)
    connection.execute("INSERT INTO utterance (bot, language, text) VALUES ('b', 'en', 'hi')")
    connection.execute("PRAGMA user_version = 3")
    connection.commit()
    connection.close()
    with Store(path) as store:
        vectors.write(store, "e", hashes("hi", "ho"), some(2))
        assert vectors.prune(store) == 1
        assert store.value("SELECT text FROM utterance") == "hi"
