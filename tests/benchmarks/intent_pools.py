"""The public sets that strategies are measured on, as tasks of a simulation."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np

from intent_al.records import Example
from intent_al.simulation.data import Task, make_task
from tests.benchmarks.bench_builtin import banking77
from tests.support.places import DATA

OUT_OF_SCOPE = "oos"
LARGEST = 900
"""Messages of the most frequent intent by Zipf's law, cut at ``COPIES`` of each text of it; the
n-th has an n-th of that, the last six."""

COPIES = 5
OUT_OF_SCOPE_SHARE = 0.2


def clinc150(*splits: str) -> list[Example]:
    content = json.loads((DATA / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    return [Example(text, intent) for split in splits for text, intent in content[split]]


def banking_task() -> Task:
    return make_task(banking77("train"), banking77("test"))


def clinc_task() -> Task:
    return make_task(clinc150("train"), clinc150("test"))


def production_task() -> Task:
    """CLINC150 as production would have it: intent frequencies by Zipf's law, what is said more
    often than there are texts of it in near-copies, a fifth of all out of scope. The test stays
    even."""
    rng = np.random.default_rng(0)
    by_intent: dict[str, list[str]] = {}
    for one in clinc150("train"):
        by_intent.setdefault(one.intent, []).append(one.text)
    pool: list[Example] = []
    for rank, intent in enumerate(rng.permutation(sorted(by_intent)).tolist(), 1):
        texts = rng.permutation(by_intent[intent]).tolist()
        size = round(LARGEST / rank)
        pool += [Example(text, intent) for text in texts[:size]]
        copied = (texts * COPIES)[: max(size - len(texts), 0)]
        pool += [Example(near_copy(text, rng), intent) for text in copied]
    strangers = [
        Example(one.text, OUT_OF_SCOPE) for one in clinc150("oos_train", "oos_val", "oos_test")
    ]
    wanted = round(len(pool) * OUT_OF_SCOPE_SHARE / (1 - OUT_OF_SCOPE_SHARE))
    pool += [strangers[at] for at in rng.permutation(len(strangers))[:wanted]]
    pool = [pool[at] for at in rng.permutation(len(pool))]
    return make_task(pool, clinc150("test"), out_of_scope=OUT_OF_SCOPE)


def near_copy(text: str, rng: np.random.Generator) -> str:
    """As another person would type the same: a letter left out or typed twice, or a word of
    courtesy."""
    at = int(rng.integers(len(text)))
    return (
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        f"{text} please",
        f"hi {text}",
        f"{text} thanks",
    )[int(rng.integers(5))]


SETS: dict[str, Callable[[], Task]] = {
    "banking77": banking_task,
    "clinc150": clinc_task,
    "production": production_task,
}
