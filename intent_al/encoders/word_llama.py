"""WordLlama: token vectors distilled from a large language model, 16 MB within its package.

A text is the mean of its tokens' vectors, so tens of thousands of texts a second are read, and word
order is not. English; other languages only as far as their words lie in its 32,000 tokens.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from intent_al.encoders.base import not_installed, readable, unit_rows
from intent_al.errors import ConfigError
from intent_al.records import FloatArray

CHUNK = 4_096


def open_encoder(argument: str, corpus: Sequence[str], seed: int) -> WordLlamaEncoder:
    return WordLlamaEncoder()


class WordLlamaEncoder:
    lasting = True

    def __init__(self) -> None:
        loaded = _load()
        self._tokenizer, self._vectors = loaded.tokenizer, np.asarray(loaded.embedding)
        self._tokenizer.no_padding()
        self.encoder_id = f"wordllama:{version('wordllama')}:{self._vectors.shape[1]}"

    def encode(self, texts: Sequence[str]) -> FloatArray:
        from scipy.sparse import csr_matrix

        size, width = self._vectors.shape
        found = np.zeros((len(texts), width), dtype=np.float32)
        for first in range(0, len(texts), CHUNK):
            part = readable(texts[first : first + CHUNK])
            tokens = [
                one.ids for one in self._tokenizer.encode_batch(part, add_special_tokens=False)
            ]
            borders = np.cumsum([0, *map(len, tokens)])
            ids = np.fromiter((one for ids in tokens for one in ids), np.int32, borders[-1])
            np.clip(ids, 0, size - 1, out=ids)  # as its own ``embed`` does
            # the library pads a batch to its longest text; a sparse product needs no padding
            counts = csr_matrix(
                (np.ones(len(ids), np.float32), ids, borders), shape=(len(part), size)
            )
            found[first : first + CHUNK] = unit_rows(counts @ self._vectors)
        return found


def _load() -> Any:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        import wordllama
    except ImportError as error:
        raise not_installed("wordllama", error) from error
    finally:
        # its import configures the logging of the whole program
        root.handlers[:] = handlers
        root.setLevel(level)
    try:
        # 0.4.0 looks for its own tokenizer in a folder that is called otherwise
        return wordllama.WordLlama.load(
            cache_dir=Path(wordllama.__file__).parent, disable_download=True
        )
    except FileNotFoundError as error:
        raise ConfigError(f"this version of wordllama brings no vectors: {error}") from error
