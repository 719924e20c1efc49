"""How well what fits no intent is told from what does, and wrong labels from right ones.

Out of scope: CLINC150, learned from in-scope texts only. Label errors: Banking77 with 5 % of the
labels changed, at random or to the intent that a model confuses each with most.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from intent_al.encoders.registry import open_encoder
from intent_al.errors import ConfigError
from intent_al.nlu.linear import out_of_fold
from intent_al.records import FloatArray, IntArray
from intent_al.strategies.label_errors import suspicion
from intent_al.strategies.novelty import novelty
from tests.benchmarks.bench_builtin import banking77, figure, timed
from tests.benchmarks.figures import Figure
from tests.benchmarks.intent_pools import OUT_OF_SCOPE, clinc150
from tests.support.encoder_models import copy_minilm
from tests.support.places import DATA

FLIPPED, LOOKED_AT = 0.05, 0.08
SEEDS = range(5)
UNUSUAL = 0.98

Flip = Callable[[FloatArray, IntArray, IntArray, np.random.Generator], IntArray]


def run() -> list[Figure]:
    if not (DATA / "clinc150").is_dir():
        return [Figure(f"suspects: not measured, no data in {DATA}", "")]
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        minilm = copy_minilm(Path(folder, "MiniLM-int8"))
        for spec, reach in (("tfidf", 0.93), ("wordllama", None), (f"onnx:{minilm}", 0.975)):
            try:
                figures += out_of_scope(spec, reach)
            except ConfigError as error:
                figures.append(Figure(f"out of scope: not measured, {error.message}", ""))
    try:
        return [*figures, *label_errors("wordllama")]
    except ConfigError as error:
        return [*figures, Figure(f"label errors: not measured, {error.message}", "")]


def out_of_scope(spec: str, reach: float | None) -> Iterator[Figure]:
    learn, asked = clinc150("train"), clinc150("test", "oos_test")
    texts = [one.text for one in learn] + [one.text for one in asked]
    rows = open_encoder(spec, texts).encode(texts)
    _, intents = np.unique([one.intent for one in learn], return_inverse=True)
    examples, vectors = rows[: len(learn)], rows[len(learn) :]
    found, seconds = timed(lambda: novelty(vectors, examples, intents.astype(np.int32)))
    stranger = np.array([one.intent == OUT_OF_SCOPE for one in asked])
    name = f"out of scope, {spec.partition(':')[0]}"
    yield figure(f"{name}: AUROC", float(roc_auc_score(stranger, found.score)), "", reach, True)
    flagged = found.unusual >= UNUSUAL
    shares = f"{flagged[stranger].mean():.0%} of {flagged[~stranger].mean():.1%}"
    yield Figure(f"{name}: flagged, of out of scope and of in scope", shares.replace(" of ", ", "))
    yield Figure(f"{name}: seconds", f"{seconds:.1f}")


def label_errors(spec: str) -> Iterator[Figure]:
    learn = banking77("train")
    vectors = open_encoder(spec, []).encode([one.text for one in learn])
    _, codes = np.unique([one.intent for one in learn], return_inverse=True)
    true = codes.astype(np.int32)
    for name, flip, reach in (
        ("flipped at random", at_random, 0.95),
        ("flipped to the most confused", to_most_confused(vectors, true), 0.70),
    ):
        found = [_found(vectors, true, flip, seed) for seed in SEEDS]
        what = f"label errors, {spec}: {name}, found in the first {LOOKED_AT:.0%}"
        yield figure(what, float(np.mean(found)), "", reach, True)


def _found(vectors: FloatArray, true: IntArray, flip: Flip, seed: int) -> float:
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(true), size=round(FLIPPED * len(true)), replace=False)
    labels = true.copy()
    labels[rows] = flip(vectors, true, rows, rng)
    ranked = np.argsort(-suspicion(vectors, labels).score, kind="stable")
    first = ranked[: round(LOOKED_AT * len(true))]
    return float(np.isin(rows, first).mean())


def at_random(
    vectors: FloatArray, true: IntArray, rows: IntArray, rng: np.random.Generator
) -> IntArray:
    k = int(true.max()) + 1
    moved = (true[rows] + rng.integers(1, k, size=len(rows))) % k
    return np.asarray(moved, dtype=np.int32)


def to_most_confused(vectors: FloatArray, true: IntArray) -> Flip:
    """Each intent's texts become those of the intent that a model takes them for most often."""
    k = int(true.max()) + 1
    taken: npt.NDArray[np.float64] = np.zeros((k, k))
    scores = out_of_fold(vectors, true, k, 5)
    weight = np.exp(scores - scores.max(axis=1, keepdims=True))
    np.add.at(taken, true, weight / weight.sum(axis=1, keepdims=True))
    np.fill_diagonal(taken, -1)
    rival = taken.argmax(axis=1).astype(np.int32)
    return lambda _vectors, labels, rows, _rng: rival[labels[rows]]
