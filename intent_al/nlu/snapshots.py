"""A built-in model is kept as what it learned from, and trained again when it is asked.

Training takes seconds and always gives the same model; a pickled one could run code, and breaks
with the next version of its library.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

import orjson

from intent_al.errors import NotEnoughDataError
from intent_al.records import Entity, Example
from intent_al.system.durable import replace_file


def save(folder: Path, model_id: str, examples: Sequence[Example]) -> None:
    """Write once, whole; a snapshot of the same name holds the same examples."""
    path = _path(folder, model_id)
    if path.exists():
        return
    replace_file(path, gzip.compress(orjson.dumps(list(examples)), mtime=0), shared=True)


def load(folder: Path, model_id: str) -> list[Example]:
    path = _path(folder, model_id)
    if not path.exists():
        raise NotEnoughDataError(
            "the examples of this model are gone; run `intent-al retrain` again", where=path
        )
    try:
        records = orjson.loads(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, zlib.error, orjson.JSONDecodeError) as error:
        raise NotEnoughDataError(
            f"is damaged ({error}); delete it and run `intent-al retrain` again", where=path
        ) from error
    return [
        Example(
            record["text"],
            record["intent"],
            tuple(Entity(**entity) for entity in record["entities"]),
        )
        for record in records
    ]


def _path(folder: Path, model_id: str) -> Path:
    return folder / f"{model_id}.json.gz"
