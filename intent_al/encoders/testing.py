"""What every encoder promises, as checks that anybody who writes one can run.

Let pytest collect the class, with a function that opens the encoder as its fixture::

    class TestMine(EncoderContract):
        @pytest.fixture
        def factory(self):
            return lambda corpus, seed: open_encoder("mine", corpus, seed)

Each check is a function of such a factory that raises AssertionError; ``check_encoder`` runs all of
them. Vectors are compared up to 0.001, which is less than any decision depends on, and more than
rounding to float16 and the order of sums cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from intent_al.encoders.base import Encoder
from intent_al.plugins import checks_of, with_tests
from intent_al.records import FloatArray

Factory = Callable[[Sequence[str], int], Encoder]
"""Opens a fresh encoder for a corpus and a seed."""

CLOSE = 1e-3

TEXTS = (
    "where is my parcel",
    "where is the parcel that I ordered",
    "I want to return these shoes",
    "can I send these shoes back",
    "how do I pay with a credit card",
    "is my credit card charged at once",
    "hello",
    "thank you, that was all",
    "cancel my order please",
    "please cancel the order of yesterday",
)
ALIKE = ((0, 1, 6), (4, 5, 7), (8, 9, 6))
"""Numbers of texts: the first is more like the second than like the third."""

HOSTILE = (
    "",
    " ",
    "\n\t\r",
    "😀",
    "👩‍👩‍👧 🏳️‍🌈",
    "?!...",
    "\x00",
    "a\x00b",
    "\x01\x02\x1b[31m\x7f",
    "\u200f",
    "\u202eabc\u2066",
    "\u200b\ufeff",
    "\ud800",
    "\uffff",
    "e\u0301\u0301\u0301",
    "שלום עולם",
    "你好世界",
    "123456789 0,5",
    "<script>alert(1)</script>",
    "x" * 100_000,
    "parcel " * 14_000,
    "[CLS] [SEP] [PAD] [MASK] </s> <unk>",
)


def opened(factory: Factory) -> Encoder:
    return factory(TEXTS, 0)


def same(first: FloatArray, second: FloatArray) -> bool:
    return first.shape == second.shape and bool(np.allclose(first, second, rtol=0, atol=CLOSE))


def assert_rows(rows: FloatArray, n: int) -> None:
    """A float32 array of n rows, each of length 1 or 0."""
    assert isinstance(rows, np.ndarray), f"{type(rows)} is no array"
    assert rows.dtype == np.float32, f"rows are {rows.dtype}, not float32"
    assert rows.ndim == 2, f"the array has {rows.ndim} dimensions"
    assert len(rows) == n, f"{len(rows)} rows for {n} texts"
    assert rows.shape[1], "rows have no columns"
    assert np.isfinite(rows).all(), "there is a number that is none"
    norms = np.linalg.norm(rows, axis=1)
    odd = (np.abs(norms - 1) > CLOSE) & (norms != 0)
    assert not odd.any(), f"lengths {norms[odd][:3]} are neither 1 nor 0"


def check_id_is_a_line_and_stays(factory: Factory) -> None:
    first, second = opened(factory), opened(factory)
    assert first.encoder_id.strip(), "the encoder has no id"
    assert first.encoder_id.isprintable(), "the id is more than a line of text"
    assert first.encoder_id == second.encoder_id, "the same encoder has two ids"
    assert first.lasting in (True, False), "lasting is neither True nor False"


def check_rows_are_float32_of_unit_length(factory: Factory) -> None:
    assert_rows(opened(factory).encode(TEXTS), len(TEXTS))


def check_what_is_known_has_a_vector(factory: Factory) -> None:
    rows = opened(factory).encode(TEXTS)
    missing = [text for text, row in zip(TEXTS, rows, strict=True) if not row.any()]
    assert not missing, f"rows of zeros for {missing}"


def check_an_empty_text_is_zeros(factory: Factory) -> None:
    """No cosine to anything: it is no copy of another empty text, and near to nothing."""
    assert not opened(factory).encode([""]).any(), "an empty text means something"


def check_texts_alike_lie_closer(factory: Factory) -> None:
    rows = opened(factory).encode(TEXTS)
    for text, like, unlike in ALIKE:
        assert rows[text] @ rows[like] > rows[text] @ rows[unlike], (
            f"{TEXTS[text]!r} is no closer to {TEXTS[like]!r} than to {TEXTS[unlike]!r}"
        )


def check_neighbours_change_nothing(factory: Factory) -> None:
    """Alone, in another order, beside a long text, twice: a text has one vector."""
    encoder = opened(factory)
    rows = encoder.encode(TEXTS)
    assert same(encoder.encode(TEXTS[::-1])[::-1], rows), "the order changes vectors"
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert same(alone, rows), "a text alone has another vector"
    beside = encoder.encode([HOSTILE[-2], *TEXTS, *TEXTS])[1:]
    assert same(beside, np.concatenate([rows, rows])), "a long neighbour changes vectors"


def check_same_seed_same_vectors(factory: Factory) -> None:
    rows = [opened(factory).encode(TEXTS) for _ in range(2)]
    assert same(*rows), "the same corpus and seed give other vectors"


def check_lasting_vectors_depend_on_nothing_else(factory: Factory) -> None:
    """Neither on the corpus nor on the seed, because they are stored for other runs."""
    encoder = opened(factory)
    if encoder.lasting:
        other = factory(["something else", "altogether"], 1)
        assert other.encoder_id == encoder.encoder_id, "the id depends on corpus or seed"
        assert same(other.encode(TEXTS), encoder.encode(TEXTS)), "another corpus, other vectors"


def check_no_texts_no_rows(factory: Factory) -> None:
    encoder = opened(factory)
    rows = encoder.encode([])
    assert_rows(rows, 0)
    assert rows.shape[1] == encoder.encode(TEXTS[:1]).shape[1], "the width depends on the texts"


def check_hostile_texts_are_endured(factory: Factory) -> None:
    encoder = opened(factory)
    for texts in (HOSTILE, *([text] for text in HOSTILE)):
        assert_rows(encoder.encode(texts), len(texts))
    hostile = factory(HOSTILE, 0)
    assert_rows(hostile.encode([*HOSTILE, *TEXTS]), len(HOSTILE) + len(TEXTS))


def check_a_small_corpus_is_enough(factory: Factory) -> None:
    for corpus in ((), ("hi",), ("hi", "hi"), ("",), TEXTS[:2]):
        assert_rows(factory(corpus, 0).encode(TEXTS), len(TEXTS))


def check_nothing_given_or_got_is_shared(factory: Factory) -> None:
    """What the caller does to the rows it got changes no later ones, and its texts stay."""
    encoder, given = opened(factory), list(TEXTS)
    rows = encoder.encode(given)
    assert given == list(TEXTS), "the texts were changed"
    before = rows.copy()
    rows[:] = 7
    assert same(encoder.encode(given), before), "writing into rows changes what comes next"
    assert same(encoder.encode(tuple(given)), before), "a tuple is not as good as a list"


CHECKS = checks_of(globals())


def check_encoder(factory: Factory) -> None:
    """All checks, for who does not use pytest."""
    for check in CHECKS:
        check(factory)


class EncoderContract:
    """Subclass, and give it a fixture ``factory``; pytest finds one test for each check."""


with_tests(EncoderContract, CHECKS)
