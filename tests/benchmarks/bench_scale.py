"""What choosing 50 of 100,000 and of a million costs, in a process of its own for its memory.

Once the strategy alone, on arrays that are there; once the whole of `select`, from a store with
predictions and vectors of 100,000 utterances.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from intent_al.encoders.base import unit_rows
from intent_al.records import Example, FloatArray, PredictionBatch
from intent_al.stages.select import BatchRequest, select
from intent_al.store import Store, predictions, vectors
from intent_al.strategies.base import Pool
from intent_al.strategies.registry import DEFAULT, choose, open_strategy
from tests.benchmarks.figures import Figure
from tests.support.places import ROOT

INTENTS, WIDTH, EXAMPLES, ASKED = 150, 256, 3_000, 50
REACH = {100_000: (2.0, 1.0), 1_000_000: (20.0, 4.0)}
"""Seconds and gigabytes."""

ENCODER = "an encoder of the benchmark"


def run() -> list[Figure]:
    figures = []
    for n in REACH:
        figures += _figures(f"{DEFAULT}: {ASKED} of {n:,}", n, _measured("strategy", n))
    return figures + _figures("select: 50 of 100,000", 100_000, _measured("stage", 100_000))


def _figures(what: str, n: int, found: dict[str, float]) -> list[Figure]:
    seconds, memory = REACH[n]
    return [
        Figure(
            f"{what}, s",
            f"{found['seconds']:.2f}",
            f"< {seconds:g}",
            found["seconds"] < seconds,
        ),
        Figure(
            f"{what}, GB of the whole process (before: {found['before']:.2f})",
            f"{found['memory']:.2f}",
            f"< {memory:g}",
            found["memory"] < memory,
        ),
    ]


def _measured(kind: str, n: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_scale", kind, str(n)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _rows(rng: np.random.Generator, n: int, places: FloatArray, intents: FloatArray) -> FloatArray:
    """Around the place of each one's intent, a part at a time to keep the memory low."""
    rows = np.empty((n, WIDTH), dtype=np.float32)
    for first in range(0, n, 50_000):
        part = places[intents[first : first + 50_000]]
        noise = rng.standard_normal(part.shape, dtype=np.float32)
        rows[first : first + 50_000] = unit_rows(part + 0.08 * noise)
    return rows


def _probabilities(rng: np.random.Generator, n: int, intents: FloatArray) -> FloatArray:
    found = np.empty((n, INTENTS), dtype=np.float32)
    for first in range(0, n, 50_000):
        part = rng.random((min(50_000, n - first), INTENTS), dtype=np.float32) ** 8
        part[np.arange(len(part)), intents[first : first + 50_000]] += rng.random(len(part)) * 20
        found[first : first + 50_000] = part / part.sum(axis=1, keepdims=True)
    return found


def _gigabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def of_strategy(n: int) -> dict[str, float]:
    rng = np.random.default_rng(0)
    places = unit_rows(rng.standard_normal((INTENTS, WIDTH)))
    intents, known = rng.integers(INTENTS, size=n), rng.integers(INTENTS, size=EXAMPLES)
    pool = Pool(
        n,
        probabilities=_probabilities(rng, n, intents),
        vectors=_rows(rng, n, places, intents),
        known=_rows(rng, EXAMPLES, places, known),
        known_intents=known.astype(np.int32),
    )
    before, begin = _gigabytes(), time.perf_counter()
    found = choose(open_strategy(DEFAULT), pool, ASKED, rng)
    assert len(set(found.rows.tolist())) == ASKED
    return {"seconds": time.perf_counter() - begin, "before": before, "memory": _gigabytes()}


def of_stage(n: int) -> dict[str, float]:
    """A store as pull, predict and the encoder leave it."""
    rng = np.random.default_rng(0)
    labels = tuple(f"intent_{at:03}" for at in range(INTENTS))
    places = unit_rows(rng.standard_normal((INTENTS, WIDTH)))
    intents, known = rng.integers(INTENTS, size=n), rng.integers(INTENTS, size=EXAMPLES)
    words = ["".join(rng.choice(list("abcdefghijklmnop"), 5)) for _ in range(3_000)]
    texts = [f"{' '.join(rng.choice(words, 6))} {at}" for at in range(n)]
    training = [
        Example(f"{' '.join(rng.choice(words, 5))} example {at}", labels[intent])
        for at, intent in enumerate(known)
    ]
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder, "state.db")) as store:
        _say(store, texts)
        for first in range(0, n, 20_000):
            part = intents[first : first + 20_000]
            batch = PredictionBatch(labels, _probabilities(rng, len(part), part))
            ids = np.arange(first + 1, first + len(part) + 1, dtype=np.int32)
            predictions.write(store, "m", "builtin", ids, batch, now=1.0)
        spoken = [*texts, *(one.text for one in training)]
        rows = _rows(rng, len(spoken), places, np.concatenate([intents, known]))
        for first in range(0, len(spoken), 20_000):
            hashes = [vectors.text_hash(text) for text in spoken[first : first + 20_000]]
            vectors.write(store, ENCODER, hashes, rows[first : first + 20_000])
        del rows

        def cached(asked: list[str]) -> FloatArray:
            return vectors.read(store, ENCODER, [vectors.text_hash(text) for text in asked]).rows

        before, begin = _gigabytes(), time.perf_counter()
        report = select(store, BatchRequest(size=ASKED, training=training), bot="b", encode=cached)
        seconds = time.perf_counter() - begin
    assert len(report.items) == ASKED
    return {"seconds": seconds, "before": before, "memory": _gigabytes()}


def _say(store: Store, texts: list[str]) -> None:
    """Every text once, by somebody else."""
    with store.write() as connection:
        connection.executemany(
            "INSERT INTO conversation (id, sender) VALUES (?, ?)",
            ((at, f"s{at}") for at in range(1, len(texts) + 1)),
        )
        connection.executemany(
            "INSERT INTO event (id, source, source_id, conversation, at, kind, text)"
            " VALUES (?, 'log', ?, ?, ?, 'user', ?)",
            ((at, str(at), at, float(at), text) for at, text in enumerate(texts, 1)),
        )
        connection.executemany(
            "INSERT INTO utterance (id, bot, language, text, said, senders, first_at, last_at)"
            " VALUES (?, 'b', 'en', ?, 1, 1, ?, ?)",
            ((at, text, float(at), float(at)) for at, text in enumerate(texts, 1)),
        )
        connection.executemany(
            "INSERT INTO message (id, bot, conversation, message_key, event, utterance, at,"
            " turn_kind) VALUES (?, 'b', ?, ?, ?, ?, ?, 'free_text')",
            ((at, at, str(at), at, at, float(at)) for at in range(1, len(texts) + 1)),
        )


if __name__ == "__main__":
    kinds = {"strategy": of_strategy, "stage": of_stage}
    print(json.dumps(kinds[sys.argv[1]](int(sys.argv[2]))))
