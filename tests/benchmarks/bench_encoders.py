"""How good texts' vectors are, by a linear model on few examples; what they and their cache cost.

Banking77, 10 examples for each of the 77 intents, drawn three times; the model is scikit-learn's
``LogisticRegression(C=20)`` on the vectors. Encoders whose library or model is missing are
skipped; further ones are given in ``INTENT_AL_ENCODERS``, separated by commas.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from intent_al.encoders.base import Encoder
from intent_al.encoders.registry import open_encoder
from intent_al.errors import ConfigError
from intent_al.store import Store, vectors
from tests.benchmarks.bench_builtin import DATA, banking77
from tests.benchmarks.figures import Figure
from tests.encoders.models import copy_minilm

EXAMPLES, DRAWS = 10, 3
CACHED, WIDTH = 100_000, 256
READ_WITHIN = 1.0


def quality(spec: str) -> Iterator[Figure]:
    """Accuracy on the test texts over the draws, and what opening and encoding take."""
    learn, test = banking77("train"), banking77("test")
    opened: list[Encoder] = []
    corpus = [one.text for one in learn]
    try:
        opening = _timed(lambda: opened.append(open_encoder(spec, corpus)))
    except ConfigError as error:
        yield Figure(f"{_short(spec)}: not measured, {error.message}", "")
        return
    intents = np.array([one.intent for one in learn])
    gold = np.array([one.intent for one in test])
    drawn = [_draw(intents, seed) for seed in range(DRAWS)]
    needed = np.unique(np.concatenate(drawn))
    texts = [corpus[at] for at in needed] + [one.text for one in test]
    started = time.perf_counter()
    rows = opened[0].encode(texts)
    seconds = time.perf_counter() - started
    right = []
    for at in drawn:
        model = LogisticRegression(C=20, max_iter=1_000)
        model.fit(rows[np.searchsorted(needed, at)], intents[at])
        right.append(float((model.predict(rows[len(needed) :]) == gold).mean()))
    spread = f"{min(right):.3f} to {max(right):.3f}"
    yield Figure(f"{_short(spec)}: accuracy", f"{np.mean(right):.3f} ({spread})")
    yield Figure(f"{_short(spec)}: texts/s", f"{len(texts) / seconds:,.0f}")
    yield Figure(f"{_short(spec)}: opened in, s", f"{opening:.1f}")
    yield Figure(f"{_short(spec)}: columns", f"{rows.shape[1]}")


def _short(spec: str) -> str:
    kind, _, argument = spec.partition(":")
    return f"{kind}:{Path(argument).name}" if argument else kind


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _draw(intents: npt.NDArray[np.str_], seed: int) -> npt.NDArray[np.int64]:
    rng = np.random.default_rng(seed)
    places = [np.flatnonzero(intents == name) for name in np.unique(intents)]
    return np.concatenate([rng.permutation(one)[:EXAMPLES] for one in places])


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
