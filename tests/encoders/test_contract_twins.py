"""No check of the contract is empty: for each there is an encoder that it rejects."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from connectors.contract import Check
from intent_al.encoders import testing
from intent_al.encoders.base import Encoder, unit_rows
from tests.encoders.honest import WIDTH, Honest


class Nameless(Honest):
    encoder_id = " "


class TwoLines(Honest):
    encoder_id = "a\nb"


class Renamed(Honest):
    clock = itertools.count()

    def __init__(self, corpus, seed):
        super().__init__(corpus, seed)
        self.encoder_id = f"honest {next(self.clock)}"


class Undecided(Honest):
    lasting = None


class Double(Honest):
    def encode(self, texts):
        return super().encode(texts).astype(np.float64)


class Long(Honest):
    def encode(self, texts):
        return super().encode(texts) * 2


class Flat(Honest):
    def encode(self, texts):
        return super().encode(texts).ravel()


class Listing(Honest):
    def encode(self, texts):
        return super().encode(texts).tolist()


class OneMore(Honest):
    def encode(self, texts):
        return super().encode([*texts, "more"])


class Ignorant(Honest):
    def encode(self, texts):
        return super().encode(texts) * 0


class Talkative(Honest):
    """An empty text is a text."""

    def encode(self, texts):
        return super().encode([text or "nothing" for text in texts])


class Constant(Honest):
    def encode(self, texts):
        return super().encode([text and "the same" for text in texts])


class Letters(Honest):
    """By the first letter alone."""

    def encode(self, texts):
        return super().encode([text[:1] for text in texts])


class Sorting(Honest):
    """Sorts, and forgets to sort back."""

    def encode(self, texts):
        return super().encode(sorted(texts, key=len))


class Centring(Honest):
    def encode(self, texts):
        rows = super().encode(texts)
        return unit_rows(rows - rows.mean(axis=0)) if len(rows) > 1 else rows


class CutToTheLongest(Honest):
    """Long neighbours leave no room."""

    def encode(self, texts):
        longest = max(map(len, texts), default=0)
        return super().encode([text[:5] if longest > 1_000 else text for text in texts])


class Random(Honest):
    clock = itertools.count()

    def __init__(self, corpus, seed):
        super().__init__(corpus, seed)
        self.turn = np.random.default_rng(next(self.clock)).permutation(WIDTH)

    def encode(self, texts):
        return super().encode(texts)[:, self.turn]


class Fitted(Honest):
    """Knows the words of its corpus, and claims that this does not matter."""

    def encode(self, texts):
        known = {word for text in self.corpus for word in text.split()}
        return super().encode(
            [" ".join(word for word in text.split() if word in known) for text in texts]
        )


class Seeded(Honest):
    def encode(self, texts):
        return np.roll(super().encode(texts), self.seed, axis=1)


class NamedByCorpus(Honest):
    def __init__(self, corpus, seed):
        super().__init__(corpus, seed)
        self.encoder_id = f"honest {len(corpus)}"


class NeedsATexts(Honest):
    def encode(self, texts):
        return np.array([super(NeedsATexts, self).encode([text])[0] for text in texts])


class Narrowing(Honest):
    def encode(self, texts):
        rows = super().encode(texts)
        return rows if len(rows) else rows[:, :1]


class NotANumber(Honest):
    def encode(self, texts):
        rows = super().encode(texts)
        return rows if rows.any(axis=1).all() else rows * np.nan


class Ascii(Honest):
    def encode(self, texts):
        return super().encode([text.encode("utf-8").decode() for text in texts])


class Refusing(Honest):
    def encode(self, texts):
        assert all(len(text) < 50_000 for text in texts), "too long"
        return super().encode(texts)


class NeedsACorpus(Honest):
    def __init__(self, corpus, seed):
        super().__init__(corpus, seed)
        assert len(corpus) > 2


class Lower(Honest):
    def encode(self, texts):
        if isinstance(texts, list):
            texts[:] = [text.lower() for text in texts]
        return super().encode(texts)


class Remembering(Honest):
    """Hands out its own memory."""

    def __init__(self, corpus, seed):
        super().__init__(corpus, seed)
        self.known = {}

    def encode(self, texts):
        key = tuple(texts)
        if key not in self.known:
            self.known[key] = super().encode(texts)
        return self.known[key]


class OnlyLists(Honest):
    def encode(self, texts):
        return super().encode(texts if isinstance(texts, list) else [""] * len(texts))


TWINS = {
    testing.check_id_is_a_line_and_stays: (Nameless, TwoLines, Renamed, Undecided),
    testing.check_rows_are_float32_of_unit_length: (Double, Long, Flat, Listing, OneMore),
    testing.check_what_is_known_has_a_vector: (Ignorant,),
    testing.check_an_empty_text_is_zeros: (Talkative,),
    testing.check_texts_alike_lie_closer: (Constant, Letters),
    testing.check_neighbours_change_nothing: (Sorting, Centring, CutToTheLongest),
    testing.check_same_seed_same_vectors: (Random,),
    testing.check_lasting_vectors_depend_on_nothing_else: (Fitted, Seeded, NamedByCorpus),
    testing.check_no_texts_no_rows: (NeedsATexts, Narrowing),
    testing.check_hostile_texts_are_endured: (NotANumber, Ascii, Refusing),
    testing.check_a_small_corpus_is_enough: (NeedsACorpus,),
    testing.check_nothing_given_or_got_is_shared: (Lower, Remembering, OnlyLists),
}


def test_every_check_has_a_twin() -> None:
    assert set(TWINS) == set(testing.CHECKS)


@pytest.mark.parametrize("check", testing.CHECKS, ids=lambda check: check.__name__)
def test_honest_encoder_passes(check: Check) -> None:
    check(Honest)


@pytest.mark.parametrize(
    ("check", "twin"),
    [(check, twin) for check, twins in TWINS.items() for twin in twins],
    ids=lambda value: value.__name__,
)
def test_broken_twin_is_rejected(check: Check, twin: type[Encoder]) -> None:
    with pytest.raises((AssertionError, UnicodeError)):
        check(twin)
