"""What ``predict`` writes: one row an utterance and model, all probabilities as a float16 blob."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import orjson

from intent_al.records import IntArray, PredictionBatch, SpanBatch
from intent_al.store.database import LOOK_AGAIN, Store

SPAN = np.dtype(
    [("start", "<u2"), ("end", "<u2"), ("label", "<u2"), ("probability", "<f2"), ("emitted", "u1")]
)
FARTHEST = 65_535
TRANSACTION = 1_000


class Utterances(NamedTuple):
    """Ids and texts, aligned."""

    ids: IntArray
    texts: list[str]


_UNSEEN = (
    "utterance.bot = :bot AND said > 0"
    " AND (:only IS NULL OR utterance.id IN (SELECT value FROM json_each(:only)))"
    " AND NOT EXISTS (SELECT 1 FROM prediction JOIN model ON model.id = prediction.model"
    "   WHERE prediction.utterance = utterance.id AND model.name = :model)"
)


def unpredicted(
    store: Store,
    bot: str,
    model: str,
    only: Sequence[int] | None = None,
    *,
    chunk: int = 5_000,
) -> Iterator[Utterances]:
    """Utterances said as free text that ``model`` has not seen, a chunk at a time.

    ``only`` keeps those with the given ids.
    """
    last = 0
    given = _ids(only)
    while True:
        rows = store.query(
            f"SELECT id, text FROM utterance WHERE {_UNSEEN} AND id > :last"
            " ORDER BY id LIMIT :chunk",
            {"bot": bot, "model": model, "only": given, "last": last, "chunk": chunk},
        )
        if not rows:
            return
        last = rows[-1]["id"]
        yield Utterances(
            np.fromiter((row["id"] for row in rows), dtype=np.int32, count=len(rows)),
            [row["text"] for row in rows],
        )


def count_unpredicted(store: Store, bot: str, model: str, only: Sequence[int] | None = None) -> int:
    return store.count(
        f"SELECT count(*) FROM utterance WHERE {_UNSEEN}",
        {"bot": bot, "model": model, "only": _ids(only)},
    )


def _ids(only: Sequence[int] | None) -> str | None:
    return None if only is None else orjson.dumps([int(one) for one in only]).decode()


def write(
    store: Store, model: str, kind: str, ids: IntArray, batch: PredictionBatch, *, now: float
) -> None:
    """Store one chunk of predictions; a second prediction by the same model replaces the first.

    Spans may have labels that no earlier chunk had: a model need not know them in advance. Rows
    are written a few at a time: somebody who decides waits for each transaction.
    """
    with store.write() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO model (name, kind, labels, span_labels, used_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                model,
                kind,
                orjson.dumps(batch.labels).decode(),
                orjson.dumps(batch.spans.labels).decode(),
                now,
            ),
        )
        number, known = store.query("SELECT id, span_labels FROM model WHERE name = ?", (model,))[0]
        labels = tuple(dict.fromkeys((*_names(known), *batch.spans.labels)))
        connection.execute(
            "UPDATE model SET span_labels = ? WHERE id = ?", (orjson.dumps(labels).decode(), number)
        )
    blobs = batch.probabilities.astype("<f2")
    spans = _span_blobs(_relabelled(batch.spans, labels), len(batch))
    rows = [
        (utterance, number, blob.tobytes(), span)
        for utterance, blob, span in zip(ids.tolist(), blobs, spans, strict=True)
    ]
    for first in range(0, len(rows), TRANSACTION):
        with store.write() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO prediction (utterance, model, probabilities, spans)"
                " VALUES (?, ?, ?, ?)",
                rows[first : first + TRANSACTION],
            )
        time.sleep(1.5 * LOOK_AGAIN)  # whoever waits looks in meanwhile


def add_model(
    store: Store,
    model: str,
    kind: str,
    labels: Sequence[str],
    *,
    temperature: float,
    calibration: Mapping[str, Any] | None,
    now: float,
) -> None:
    """Make a model known, with the temperature that its stored probabilities are calibrated by."""
    with store.write() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO model"
            " (name, kind, labels, span_labels, used_at, temperature, calibration)"
            " VALUES (?, ?, ?, '[]', ?, ?, ?)",
            (
                model,
                kind,
                orjson.dumps(list(labels)).decode(),
                now,
                temperature,
                None if calibration is None else orjson.dumps(calibration).decode(),
            ),
        )


def temperature_of(store: Store, model: str) -> float | None:
    """None for a model that nobody has predicted with yet."""
    found = store.value("SELECT temperature FROM model WHERE name = ?", (model,))
    return float(found) if isinstance(found, (int, float)) else None


def mark_used(store: Store, model: str, *, now: float) -> None:
    """``model`` is the one in use now, even if it has seen every utterance before."""
    with store.write() as connection:
        connection.execute("UPDATE model SET used_at = ? WHERE name = ?", (now, model))


def latest_model(store: Store) -> str | None:
    found = store.value("SELECT name FROM model ORDER BY used_at DESC, id DESC LIMIT 1")
    return None if found is None else str(found)


def latest_of_each_kind(store: Store) -> list[str]:
    """The model of each kind that was used last: of the bot's own, of the built-in ones."""
    rows = store.query(
        "SELECT name FROM model WHERE NOT EXISTS (SELECT 1 FROM model AS later"
        " WHERE later.kind = model.kind AND (later.used_at, later.id) > (model.used_at, model.id))"
        " ORDER BY id"
    )
    return [row[0] for row in rows]


def read(store: Store, model: str, utterances: Sequence[int] | None = None) -> _Read:
    """Predictions of ``model``, for all utterances or the given ones, sorted by utterance id."""
    row = store.query("SELECT id, labels, span_labels FROM model WHERE name = ?", (model,))
    if not row:
        return _Read(np.zeros(0, np.int32), PredictionBatch((), np.zeros((0, 0), np.float32)))
    number, labels, span_labels = row[0][0], _names(row[0][1]), _names(row[0][2])
    wanted, parameters = "", [number]
    if utterances is not None:
        wanted = " AND utterance IN (SELECT value FROM json_each(?))"
        parameters.append(orjson.dumps([int(item) for item in utterances]).decode())
    rows = store.query(
        f"SELECT utterance, probabilities, spans FROM prediction WHERE model = ?{wanted}"
        " ORDER BY utterance",
        parameters,
    )
    ids = np.fromiter((item[0] for item in rows), dtype=np.int32, count=len(rows))
    flat = np.frombuffer(b"".join(item[1] for item in rows), dtype="<f2")
    probabilities = flat.reshape(len(rows), len(labels)).astype(np.float32)
    spans = _span_batch([item[2] for item in rows], span_labels)
    return _Read(ids, PredictionBatch(labels, probabilities, spans))


def with_entities(store: Store, utterances: Sequence[int]) -> frozenset[int]:
    """Those of the utterances in which the model in use sees an entity."""
    model = latest_model(store)
    if model is None or not utterances:
        return frozenset()
    ids, batch = read(store, model, utterances)
    rows = np.unique(batch.spans.row[batch.spans.emitted])
    return frozenset(int(ids[row]) for row in rows)


def prune(store: Store, keep: int) -> int:
    """Delete the predictions of all but the newest ``keep`` models; rows deleted."""
    with store.write() as connection:
        old = [
            found[0]
            for found in connection.execute(
                "SELECT id FROM model ORDER BY used_at DESC, id DESC LIMIT -1 OFFSET ?", (keep,)
            )
        ]
        deleted = connection.execute(
            "DELETE FROM prediction WHERE model IN (SELECT value FROM json_each(?))",
            (orjson.dumps(old).decode(),),
        )
    return deleted.rowcount


class _Read(NamedTuple):
    ids: IntArray
    batch: PredictionBatch


def _names(text: str) -> tuple[str, ...]:
    return tuple(orjson.loads(text))


def _relabelled(spans: SpanBatch, labels: tuple[str, ...]) -> SpanBatch:
    index = {name: number for number, name in enumerate(labels)}
    numbers = np.array([index[name] for name in spans.labels], dtype=np.int32)
    return replace(
        spans, labels=labels, label=numbers[spans.label] if len(numbers) else spans.label
    )


def _span_blobs(spans: SpanBatch, n: int) -> list[bytes]:
    fits = spans.end <= FARTHEST  # no reviewer reads a text that long
    table = np.zeros(int(fits.sum()), dtype=SPAN)
    for name in SPAN.names or ():
        table[name] = getattr(spans, name)[fits]
    edges = np.searchsorted(spans.row[fits], np.arange(n + 1))
    return [table[edges[i] : edges[i + 1]].tobytes() for i in range(n)]


def _span_batch(blobs: Sequence[bytes], labels: tuple[str, ...]) -> SpanBatch:
    table = np.frombuffer(b"".join(blobs), dtype=SPAN)
    lengths = [len(blob) // SPAN.itemsize for blob in blobs]
    return SpanBatch(
        labels=labels,
        row=np.repeat(np.arange(len(blobs), dtype=np.int32), lengths),
        start=table["start"].astype(np.int32),
        end=table["end"].astype(np.int32),
        label=table["label"].astype(np.int32),
        probability=table["probability"].astype(np.float32),
        emitted=table["emitted"].astype(np.bool_),
    )
