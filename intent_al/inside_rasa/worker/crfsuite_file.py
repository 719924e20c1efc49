"""Weights out of a CRFsuite model file, exactly.

``Tagger.info()`` prints them with six digits and cannot quote what people type. The file holds them
as doubles; its layout is that of ``crf1d_model.c`` in CRFsuite 0.12: a header with offsets, a chunk
of features (kind, from, to, weight), and dictionaries of names, which we only need to look names
up in and so ask of the library's own text dump.
"""

from __future__ import annotations

import re
import struct
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

_FEATURE = np.dtype([("kind", "<u4"), ("source", "<u4"), ("target", "<u4"), ("weight", "<f8")])
_STATE, _TRANSITION = 0, 1
_NAME = re.compile(r"\s*(\d+): (.*)")


class CrfWeights(NamedTuple):
    """``states`` (A, L) are weights of attribute and tag, ``transitions`` (L, L) from row to
    column; ``attributes`` maps a name to its row, ``tags`` names the L columns."""

    tags: list[str]
    attributes: dict[str, int]
    states: npt.NDArray[np.float64]
    transitions: npt.NDArray[np.float64]


def read_weights(tagger: Any, path: str) -> CrfWeights:
    """The weights of an opened ``pycrfsuite.Tagger``, whose model is the file ``path``.

    Raises ValueError for a file of another layout.
    """
    features = _features(Path(path).read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump"
        tagger.dump(str(dump))
        names = _names(dump.read_text(encoding="utf-8", errors="surrogateescape"))
    tags = [name for name, _ in sorted(names["LABELS"].items(), key=lambda item: item[1])]
    attributes = names["ATTRIBUTES"]
    states = np.zeros((max(attributes.values(), default=-1) + 1, len(tags)))
    state = features[features["kind"] == _STATE]
    states[state["source"], state["target"]] = state["weight"]
    transitions = np.zeros((len(tags), len(tags)))
    step = features[features["kind"] == _TRANSITION]
    transitions[step["source"], step["target"]] = step["weight"]
    return CrfWeights(tags, attributes, states, transitions)


def _features(data: bytes) -> npt.NDArray[Any]:
    if data[:4] != b"lCRF" or data[8:12] != b"FOMC":
        raise ValueError("is no CRFsuite model with first-order Markov transitions")
    (offset,) = struct.unpack_from("<I", data, 28)
    if data[offset : offset + 4] != b"FEAT":
        raise ValueError("has no chunk of features where its header says")
    (count,) = struct.unpack_from("<I", data, offset + 8)
    return np.frombuffer(data, dtype=_FEATURE, count=count, offset=offset + 12)


def _names(dump: str) -> dict[str, dict[str, int]]:
    """Names and numbers of labels and attributes in the text that CRFsuite dumps."""
    found: dict[str, dict[str, int]] = {"LABELS": {}, "ATTRIBUTES": {}}
    section = ""
    for line in dump.split("\n"):
        if line.endswith(" = {"):
            section = line[:-4]
        elif line == "}":
            section = ""
        elif section in found:
            match = _NAME.match(line)
            if match:
                found[section][match.group(2)] = int(match.group(1))
    return found
