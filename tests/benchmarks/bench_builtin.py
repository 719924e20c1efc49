"""What the built-in model costs and how good it is, on public data.

Times depend on the machine, so those with a target are ratios to a baseline taken in the same run.
The data is looked for in ``INTENT_AL_DATA``, or in ``../shared/data`` beside the repository; what
is missing is skipped.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline, make_union

from intent_al.evaluation.calibration import expected_calibration_error
from intent_al.evaluation.metrics import accuracy, entity_label, entity_quality
from intent_al.nlu.builtin import BuiltinModel, train
from intent_al.records import Entity, Example, SpanBatch
from tests.benchmarks.figures import Figure
from tests.support.places import DATA

ROUNDS = 2

T = TypeVar("T")


def figure(what: str, value: float, unit: str, target: float | None, at_least: bool) -> Figure:
    """One line of the table; a target of None promises nothing."""
    reached = None if target is None else (value >= target if at_least else value <= target)
    reach = "" if target is None else f"{'>=' if at_least else '<='} {target:g}"
    return Figure(what, f"{value:,.4g} {unit}".strip(), reach, reached)


def banking77(split: str) -> list[Example]:
    with (DATA / "banking77" / f"{split}.csv").open(encoding="utf-8", newline="") as lines:
        return [Example(row["text"], row["category"]) for row in csv.DictReader(lines)]


def snips(kind: str, limit: int | None = None) -> list[Example]:
    """Texts with their slots; ``kind`` is ``train`` (the first ``limit`` an intent) or ``test``."""
    examples = []
    for folder in sorted(path for path in (DATA / "snips").iterdir() if path.is_dir()):
        name = {"train": f"train_{folder.name}_full.json", "test": f"validate_{folder.name}.json"}
        raw = (folder / name[kind]).read_bytes()
        try:
            content = raw.decode("utf-8")
        except UnicodeDecodeError:
            content = raw.decode("latin-1")
        for item in json.loads(content)[folder.name][:limit]:
            examples.append(_example(item["data"], folder.name))
    return examples


def _example(pieces: Sequence[dict[str, str]], intent: str) -> Example:
    text, entities = "", []
    for piece in pieces:
        words = piece["text"]
        if "entity" in piece:
            start = len(text) + len(words) - len(words.lstrip())
            entities.append(Entity(piece["entity"], start, start + len(words.strip())))
        text += words
    return Example(text, intent, tuple(entities))


def timed(work: Callable[[], T]) -> tuple[T, float]:
    begin = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begin


def intents() -> list[Figure]:
    """Training time and accuracy on Banking77 beside the obvious pipeline, taken in turns."""
    learn, test = banking77("train"), banking77("test")
    texts, gold = [one.text for one in test], [one.intent for one in test]
    ours, theirs = [], []
    for _ in range(ROUNDS):
        model, seconds = timed(lambda: train(learn))
        ours.append(seconds)
        plain, seconds = timed(
            lambda: make_pipeline(
                make_union(
                    TfidfVectorizer(),
                    TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)),
                ),
                LogisticRegression(),
            ).fit([one.text for one in learn], [one.intent for one in learn])
        )
        theirs.append(seconds)
    probabilities = model.predict(texts).probabilities
    best = [model.labels[at] for at in probabilities.argmax(axis=1)]
    right = np.array([one == other for one, other in zip(best, gold, strict=True)])
    gap = expected_calibration_error(probabilities.max(axis=1), right)
    baseline = accuracy(gold, list(plain.predict(texts)))
    return [
        figure("Banking77: training, built-in", min(ours), "s", None, False),
        figure("Banking77: training, TF-IDF + LogisticRegression", min(theirs), "s", None, False),
        figure("Banking77: training time ratio", min(ours) / min(theirs), "", 0.2, False),
        figure("Banking77: accuracy, built-in", accuracy(gold, best), "", 0.9, True),
        figure("Banking77: accuracy, TF-IDF + LogisticRegression", baseline, "", None, True),
        figure("Banking77: expected calibration error", gap, "", None, False),
        *throughput(model, [one.text for one in learn]),
    ]


def throughput(model: BuiltinModel, texts: Sequence[str]) -> list[Figure]:
    """Predicts 100,000 texts in partitions of 20,000, then as many again: memory must not grow."""
    many = [f"{texts[at % len(texts)]} {at % 97}" for at in range(100_000)]
    parts = [many[first : first + 20_000] for first in range(0, len(many), 20_000)]

    def predict_all() -> None:
        for part in parts:
            model.predict(part)

    _, first = timed(predict_all)
    before = _peak_megabytes()
    _, second = timed(predict_all)
    growth = _peak_megabytes() - before
    return [
        figure("predict intents", 100_000 / min(first, second), "texts/s", 10_000, True),
        figure("peak memory growth over 100,000 more texts", growth, "MB", 10, False),
    ]


def _peak_megabytes() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def entities() -> list[Figure]:
    """The CRF on 150 SNIPS utterances an intent: time, F1, and what its probabilities tell."""
    learn, test = snips("train", 150), snips("test")
    model, seconds = timed(lambda: train(learn))
    batch, predicting = timed(lambda: model.predict([one.text for one in test]))
    gold = [one.entities for one in test]
    return [
        figure("SNIPS: training intents and entities", seconds, "s", None, False),
        figure("SNIPS: span F1", entity_quality(gold, batch.spans).f1, "", 0.85, True),
        figure("SNIPS: AUROC, wrong spans", _tells_wrong(gold, batch.spans), "", 0.89, True),
        figure("SNIPS: predict", len(test) / predicting, "texts/s", None, True),
    ]


def _tells_wrong(gold: Sequence[Sequence[Entity]], spans: SpanBatch) -> float:
    wanted = {
        (row, one.start, one.end, entity_label(one))
        for row, found in enumerate(gold)
        for one in found
    }
    out = np.flatnonzero(spans.emitted).tolist()
    right = [
        (
            int(spans.row[at]),
            int(spans.start[at]),
            int(spans.end[at]),
            spans.labels[spans.label[at]],
        )
        in wanted
        for at in out
    ]
    return float(roc_auc_score(right, spans.probability[out]))


def run() -> list[Figure]:
    figures: list[Figure] = []
    for name, measure in (("banking77", intents), ("snips", entities)):
        if (DATA / name).is_dir():
            figures += measure()
        else:
            figures.append(Figure(f"{name}: not measured, no such data in {DATA}", ""))
    return figures
