"""Word vectors of a spaCy pipeline, for who has one installed, or one for their language."""

from __future__ import annotations

from collections.abc import Sequence

from intent_al.encoders.base import fingerprint, readable, unit_rows
from intent_al.nlu.vectors import Vectors
from intent_al.records import FloatArray


def open_encoder(argument: str, corpus: Sequence[str], seed: int) -> SpacyEncoder:
    return SpacyEncoder(argument)


class SpacyEncoder:
    """Unit-length means of word vectors; ``name`` is a pipeline's name or folder."""

    lasting = True

    def __init__(self, name: str) -> None:
        self._vectors = Vectors(name, setting=f"encoder = 'spacy:{name}'")
        self.encoder_id = f"spacy:{name}:{fingerprint(self.encode)}"

    def encode(self, texts: Sequence[str]) -> FloatArray:
        # with one text more, because none at all would have no width
        return unit_rows(self._vectors([*readable(texts), ""]))[:-1]
