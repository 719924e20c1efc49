"""A sentence model as an ONNX file beside its tokenizer: the best vectors for their price on a CPU.

Any encoder of the BERT family that was exported with its last hidden states and trained for mean
pooling will do (MiniLM, MPNet, E5, GTE), in float32 or with int8 weights. A sentence is the mean of
its tokens over the attention mask, as sentence-transformers has it (Reimers and Gurevych 2019).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from intent_al.encoders.base import not_installed, readable, unit_rows
from intent_al.errors import ConfigError
from intent_al.records import FloatArray

MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
THREADS = 2
BATCH = 32
TOKENS = 256
"""Where the tokenizer's file does not say how many tokens the model reads."""

SLAB = 4_096
"""Texts that are sorted by length together: as many tokenized texts are in memory at a time."""

_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})


def open_encoder(argument: str, corpus: Sequence[str], seed: int) -> OnnxEncoder:
    return OnnxEncoder(Path(argument))


class OnnxEncoder:
    """The model in a folder with ``model.onnx`` and ``tokenizer.json``."""

    lasting = True

    def __init__(self, folder: Path) -> None:
        for name in (MODEL, TOKENIZER):
            if not (folder / name).is_file():
                raise ConfigError(
                    f"there is no {name}; the folder of an ONNX encoder holds {MODEL} and "
                    f"{TOKENIZER}",
                    where=folder,
                )
        self._session, self._tokenizer = _load(folder)
        self._names = [one.name for one in self._session.get_inputs()]
        unknown = sorted(set(self._names) - _INPUTS)
        if unknown:
            raise ConfigError(
                f"the model asks for {unknown}, and only {sorted(_INPUTS)} can be given",
                where=folder / MODEL,
            )
        self.encoder_id = f"onnx:{_digest(folder)}"
        self._width = self._run([[0]]).shape[1]

    def encode(self, texts: Sequence[str]) -> FloatArray:
        found = np.zeros((len(texts), self._width), dtype=np.float32)
        for first in range(0, len(texts), SLAB):
            part = readable(texts[first : first + SLAB])
            # a text of nothing but the tokens that every text begins and ends with is no text
            tokens = [
                [] if all(one.special_tokens_mask) else one.ids
                for one in self._tokenizer.encode_batch(part)
            ]
            order = sorted(
                (at for at, ids in enumerate(tokens) if ids), key=lambda at: len(tokens[at])
            )
            for start in range(0, len(order), BATCH):
                batch = order[start : start + BATCH]
                rows = self._run([tokens[at] for at in batch])
                found[[first + at for at in batch]] = unit_rows(rows)
        return found

    def _run(self, tokens: Sequence[Sequence[int]]) -> FloatArray:
        sizes = np.array([len(ids) for ids in tokens])
        mask = (np.arange(sizes.max()) < sizes[:, None]).astype(np.int64)
        padded = np.zeros(mask.shape, dtype=np.int64)
        padded[mask == 1] = np.concatenate([np.asarray(ids) for ids in tokens])
        given = {
            "input_ids": padded,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(padded),
        }
        states = self._session.run(None, {name: given[name] for name in self._names})[0]
        return _pooled(np.asarray(states), mask)


def _pooled(states: npt.NDArray[Any], mask: npt.NDArray[np.int64]) -> FloatArray:
    """(n, d) means of (n, tokens, d) states; a model that pools by itself gives (n, d) at once."""
    if states.ndim == 2:
        return np.asarray(states, dtype=np.float32)
    sums = np.einsum("ntd,nt->nd", states, mask.astype(states.dtype))
    return np.asarray(sums / mask.sum(axis=1, keepdims=True), dtype=np.float32)


def _load(folder: Path) -> tuple[Any, Any]:
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise not_installed("onnx", error) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors; they are raised, too
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # both raise classes of their own, some of them Exception itself
        raise ConfigError(f"model or tokenizer cannot be read: {error}", where=folder) from error
    tokenizer.no_padding()
    if tokenizer.truncation is None:
        tokenizer.enable_truncation(TOKENS)
    return session, tokenizer


def _digest(folder: Path) -> str:
    """Of the contents: the folder may move, and another model in it has other vectors."""
    digest = hashlib.blake2b(digest_size=8)
    for path in (*sorted(folder.glob(f"{MODEL}*")), folder / TOKENIZER):
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
