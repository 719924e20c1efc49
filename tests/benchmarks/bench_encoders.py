"""How good texts' vectors are, by a linear model on few examples; what they and their cache cost.

Banking77, 10 examples for each of the 77 intents, drawn three times; the model is scikit-learn's
``LogisticRegression(C=20)`` on the vectors. Then as many labels in batches from the whole pool,
once at random and once by margin: what an encoder is worth beside what a strategy is worth.
Encoders whose library or model is missing are skipped; further ones are given in
``INTENT_AL_ENCODERS``, separated by commas.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from intent_al.encoders.base import Encoder
from intent_al.encoders.registry import open_encoder
from intent_al.errors import ConfigError
from intent_al.records import FloatArray
from intent_al.store import Store, vectors
from intent_al.strategies import scores
from tests.benchmarks.bench_builtin import banking77
from tests.benchmarks.figures import Figure
from tests.support.encoder_models import copy_minilm
from tests.support.places import DATA

EXAMPLES, DRAWS = 10, 3
CACHED, WIDTH = 100_000, 256
READ_WITHIN = 1.0


@dataclass(frozen=True)
class Task:
    """Vectors and intents to learn from, and to be judged by."""

    pool: FloatArray
    intents: npt.NDArray[np.str_]
    asked: FloatArray
    gold: npt.NDArray[np.str_]

    def learn(self, chosen: npt.NDArray[np.int64]) -> LogisticRegression:
        model = LogisticRegression(C=20, max_iter=1_000)
        return model.fit(self.pool[chosen], self.intents[chosen])

    def accuracy(self, chosen: npt.NDArray[np.int64]) -> float:
        return float((self.learn(chosen).predict(self.asked) == self.gold).mean())

    def each(self, seed: int) -> npt.NDArray[np.int64]:
        """As many of every intent."""
        rng = np.random.default_rng(seed)
        places = [np.flatnonzero(self.intents == name) for name in np.unique(self.intents)]
        return np.concatenate([rng.permutation(one)[:EXAMPLES] for one in places])

    def in_batches(self, seed: int, *, by_margin: bool) -> npt.NDArray[np.int64]:
        """The same number, the first two batches at random, the others as it is said."""
        rng = np.random.default_rng(seed)
        batch = len(np.unique(self.intents))
        chosen = rng.permutation(len(self.pool))[: 2 * batch]
        while len(chosen) < EXAMPLES * batch:
            rest = rng.permutation(np.setdiff1d(np.arange(len(self.pool)), chosen))
            if by_margin:
                doubt = scores.margin(self.learn(chosen).predict_proba(self.pool[rest]))
                rest = rest[np.argsort(-doubt)]
            chosen = np.concatenate([chosen, rest[:batch]])
        return chosen


def quality(spec: str) -> Iterator[Figure]:
    """What opening and encoding take, and what a model learns from the vectors."""
    learn, test = banking77("train"), banking77("test")
    texts = [one.text for one in learn]
    opened: list[Encoder] = []
    try:
        opening = _timed(lambda: opened.append(open_encoder(spec, texts)))
    except ConfigError as error:
        yield Figure(f"{_short(spec)}: not measured, {error.message}", "")
        return
    started = time.perf_counter()
    rows = opened[0].encode(texts + [one.text for one in test])
    seconds = time.perf_counter() - started
    task = Task(
        rows[: len(texts)],
        np.array([one.intent for one in learn]),
        rows[len(texts) :],
        np.array([one.intent for one in test]),
    )
    seeds = range(DRAWS)
    right = [task.accuracy(task.each(seed)) for seed in seeds]
    random, margin = (
        np.mean([task.accuracy(task.in_batches(seed, by_margin=asked)) for seed in seeds])
        for asked in (False, True)
    )
    name, spread = _short(spec), f"{min(right):.3f} to {max(right):.3f}"
    yield Figure(f"{name}: accuracy, {EXAMPLES} an intent", f"{np.mean(right):.3f} ({spread})")
    yield Figure(f"{name}: as many at random, by margin", f"{random:.3f}, {margin:.3f}")
    yield Figure(f"{name}: texts/s", f"{len(rows) / seconds:,.0f}")
    yield Figure(f"{name}: opened in, s", f"{opening:.1f}")
    yield Figure(f"{name}: columns", f"{rows.shape[1]}")


def _short(spec: str) -> str:
    kind, _, argument = spec.partition(":")
    return f"{kind}:{Path(argument).name}" if argument else kind


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def cache() -> list[Figure]:
    """100,000 vectors written, and read again by another connection."""
    rows = np.random.default_rng(0).standard_normal((CACHED, WIDTH)).astype(np.float32)
    hashes = [vectors.text_hash(f"text number {at}") for at in range(CACHED)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "state.db")
        with Store(path) as store:
            writing = _timed(lambda: vectors.write(store, "an encoder", hashes, rows))
        with Store(path) as store:
            reading = min(
                _timed(lambda: vectors.read(store, "an encoder", hashes)) for _ in range(3)
            )
        size = path.stat().st_size / 1e6
    what = f"{CACHED:,} vectors of {WIDTH}"
    return [
        Figure(f"{what}: written, s", f"{writing:.2f}"),
        Figure(f"{what}: read, s", f"{reading:.2f}", f"< {READ_WITHIN:g}", reading < READ_WITHIN),
        Figure(f"{what}: in the store, MB", f"{size:.0f}"),
    ]


def run() -> list[Figure]:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        minilm = copy_minilm(Path(folder, "MiniLM-int8"))
        specs = ["tfidf", "wordllama", *([f"onnx:{minilm}"] if minilm else [])]
        specs += [one for one in os.environ.get("INTENT_AL_ENCODERS", "").split(",") if one]
        if (DATA / "banking77").is_dir():
            for spec in specs:
                figures += quality(spec)
        else:
            figures.append(Figure(f"banking77: not measured, no such data in {DATA}", ""))
    return figures + cache()
