"""A model of sentence-transformers that lies on this machine, for who has PyTorch anyway."""

from __future__ import annotations

from collections.abc import Sequence

from intent_al.encoders.base import fingerprint, not_installed, readable, unit_rows
from intent_al.errors import ConfigError
from intent_al.records import FloatArray

BATCH = 32


def open_encoder(argument: str, corpus: Sequence[str], seed: int) -> SentenceEncoder:
    return SentenceEncoder(argument)


class SentenceEncoder:
    """``name`` is a model in the library's cache, or a folder; nothing is downloaded."""

    lasting = True

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise not_installed("sentence-transformers", error) from error
        try:
            self._model = SentenceTransformer(name, device="cpu", local_files_only=True)
        except Exception as error:  # OSError, ValueError and several of the hub's own
            raise ConfigError(
                f"the model {name!r} cannot be loaded from this machine: {error}; "
                f'try: python -c "from sentence_transformers import SentenceTransformer; '
                f'SentenceTransformer({name!r})"'
            ) from error
        self.encoder_id = f"sentence-transformers:{name}:{fingerprint(self.encode)}"

    def encode(self, texts: Sequence[str]) -> FloatArray:
        # with one text more, because none at all would have no width
        given = [*readable(texts), ""]
        rows = self._model.encode(
            given, batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True
        )
        found = unit_rows(rows)
        found[[not text.strip() for text in given]] = 0
        return found[:-1]
