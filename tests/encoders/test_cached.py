"""Each text is encoded once; what was stored and what is fresh cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from intent_al.encoders import cached
from intent_al.encoders.cached import CachedEncoder
from intent_al.records import FloatArray
from intent_al.store import Store, vectors
from tests.encoders.honest import Honest

TEXTS = ["where is it", "hello there", "where is my parcel", "hello there", ""]


class Counting(Honest):
    def __init__(self, *, encoder_id: str = "counting", lasting: bool = True) -> None:
        super().__init__((), 0)
        self.encoder_id, self.lasting = encoder_id, lasting
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> FloatArray:
        self.asked += texts
        return super().encode(texts)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "state.db") as opened:
        yield opened


def kept(store: Store) -> int:
    return store.count("SELECT count(*) FROM vector")


def test_a_text_is_encoded_once(store: Store) -> None:
    encoder = Counting()
    first = CachedEncoder(encoder, store).encode(TEXTS)
    assert sorted(encoder.asked) == sorted(set(TEXTS))
    encoder.asked.clear()
    again = CachedEncoder(encoder, store).encode([*TEXTS[::-1], "a new one"])
    assert encoder.asked == ["a new one"]
    assert np.array_equal(again[:-1], first[::-1]), "to the last bit"
    assert np.allclose(first, Honest((), 0).encode(TEXTS), atol=1e-3)
    assert kept(store) == len(set(TEXTS)) + 1


def test_what_was_written_before_a_kill_is_not_encoded_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dying(Counting):
        def encode(self, texts: Sequence[str]) -> FloatArray:
            if "hello there" in texts:
                raise KeyboardInterrupt
            return super().encode(texts)

    monkeypatch.setattr(cached, "CHUNK", 1)
    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(Dying(), store).encode(TEXTS)
    encoder = Counting()
    CachedEncoder(encoder, store).encode(TEXTS)
    assert TEXTS[0] not in encoder.asked
    assert "hello there" in encoder.asked


def test_what_is_fitted_is_never_stored(store: Store) -> None:
    encoder = Counting(lasting=False)
    for _ in range(2):
        CachedEncoder(encoder, store).encode(TEXTS)
    assert encoder.asked == TEXTS * 2
    assert kept(store) == 0


def test_two_encoders_do_not_see_each_other(store: Store) -> None:
    CachedEncoder(Counting(), store).encode(TEXTS)
    other = Counting(encoder_id="other")
    CachedEncoder(other, store).encode(TEXTS)
    assert other.asked


def test_another_width_under_an_old_name_replaces_what_was_there(store: Store) -> None:
    hashes = [vectors.text_hash(text) for text in TEXTS[:2]]
    vectors.write(store, "counting", hashes, np.ones((2, 7), dtype=np.float32))
    rows = CachedEncoder(Counting(), store).encode(TEXTS)
    assert np.allclose(rows, Honest((), 0).encode(TEXTS), atol=1e-3)
    assert np.array_equal(CachedEncoder(Counting(), store).encode(TEXTS), rows)
