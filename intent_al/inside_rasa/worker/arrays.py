"""Arrays in a line of JSON: as text they would cost more time than the model does."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import numpy.typing as npt


def pack(array: npt.NDArray[Any]) -> dict[str, Any]:
    """An array as its shape, type and bytes (little-endian, row by row)."""
    plain = np.ascontiguousarray(array)
    if plain.dtype.byteorder == ">":
        plain = plain.astype(plain.dtype.newbyteorder("<"))
    return {
        "shape": list(plain.shape),
        "dtype": plain.dtype.str,
        "bytes": base64.b64encode(plain.tobytes()).decode("ascii"),
    }


def unpack(packed: dict[str, Any]) -> npt.NDArray[Any]:
    """The array that was packed. Raises ValueError for what is none."""
    data = base64.b64decode(packed["bytes"], validate=True)
    flat: npt.NDArray[Any] = np.frombuffer(data, dtype=np.dtype(packed["dtype"]))
    shaped: npt.NDArray[Any] = flat.reshape(packed["shape"])
    return shaped
