"""What every encoder has in common, so that nobody need know which one they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from intent_al.errors import ConfigError
from intent_al.records import FloatArray

LONGEST = 4_096
"""Characters of a text that are read: what is longer was pasted, and would cost minutes."""

PROBES = ("where is my parcel", "Wie kann ich bezahlen?", "annuler ma commande", "refund", "2")
"""Texts by whose vectors two models of one name are told apart."""

_NOTHING = 1e-6
"""Length of a vector below which it is rounding, and says nothing of its text."""


class Encoder(Protocol):
    """Texts to vectors in which texts that mean the same lie close.

    ``encoder_id`` names the encoder and everything that its vectors depend on: equal ids give equal
    vectors, so vectors are stored under it. An encoder that was fitted on a corpus is not
    ``lasting``: the next corpus gives other vectors, so they are never stored.
    """

    @property
    def encoder_id(self) -> str: ...

    @property
    def lasting(self) -> bool: ...

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """(n, d) rows of unit length; a row of zeros for a text that the encoder knows nothing of.

        Cosines are products of rows. The row of a text does not depend on its neighbours.
        """
        ...


def unit_rows(rows: npt.ArrayLike) -> FloatArray:
    """Rows scaled to unit length; what is only rounding becomes zeros."""
    found = np.asarray(rows, dtype=np.float32)
    norms = np.linalg.norm(found, axis=1, keepdims=True)
    scaled = found / np.where(norms > _NOTHING, norms, 1)
    return np.asarray(np.where(norms > _NOTHING, scaled, 0), dtype=np.float32)


def readable(texts: Sequence[str]) -> list[str]:
    """The texts as libraries in other languages can take them: of finite length, and UTF-8."""
    return [text[:LONGEST].encode("utf-8", "replace").decode("utf-8") for text in texts]


def fingerprint(encode: Callable[[Sequence[str]], FloatArray]) -> str:
    """Differs where models differ, though their name is the same: one was trained again."""
    answers = encode(PROBES).astype("<f2")
    return hashlib.blake2b(answers.tobytes(), digest_size=8).hexdigest()


def not_installed(extra: str, error: ImportError) -> ConfigError:
    """The error of an encoder whose library is missing, or broken; it names the extra."""
    return ConfigError(
        f"this encoder needs a library that is not installed ({error}); "
        f"try: pip install intent-al[{extra}]"
    )
