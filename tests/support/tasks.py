"""Small labelled pools whose answers are known without a model."""

from __future__ import annotations

import numpy as np

from intent_al.records import FloatArray
from intent_al.simulation.data import Task
from intent_al.simulation.loop import Bench
from intent_al.simulation.run import LINEAR, open_bench
from intent_al.strategies.base import NO_INTENT

INTENTS = ("buy", "greet", "refund", "track")
WORDS = {
    "buy": ("buy", "order", "purchase", "want", "mug"),
    "greet": ("hello", "hi", "morning", "hey", "good"),
    "refund": ("refund", "money", "back", "return", "paid"),
    "track": ("parcel", "where", "late", "delivery", "track"),
}


def task(each: int = 30, strangers: int = 0, seed: int = 0) -> Task:
    """Texts of four words, three of their intent's own; ``strangers`` have words of nobody."""
    rng = np.random.default_rng(seed)
    every = sorted({word for words in WORDS.values() for word in words})

    def say(intent: str, number: int) -> str:
        own = rng.choice(WORDS[intent], 3).tolist()
        return " ".join([*own, str(rng.choice(every)), str(number)])

    texts, labels = [], []
    for number in range(each):
        for label, intent in enumerate(INTENTS):
            texts.append(say(intent, number))
            labels.append(label)
    for number in range(strangers):
        texts.append(f"zebra jazz {number}")
        labels.append(NO_INTENT)
    tests = [
        (say(intent, 900 + number), label)
        for label, intent in enumerate(INTENTS)
        for number in range(15)
    ]
    return Task(
        INTENTS,
        tuple(texts),
        np.array(labels, dtype=np.int32),
        tuple(text for text, _ in tests),
        np.array([label for _, label in tests], dtype=np.int32),
    )


def vectors(texts: tuple[str, ...]) -> FloatArray:
    """Counts of the words, as unit rows."""
    every = sorted({word for words in WORDS.values() for word in words} | {"zebra", "jazz"})
    rows = np.array(
        [[text.split().count(word) for word in every] for text in texts], dtype=np.float32
    )
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def bench(made: Task | None = None, successor: str = LINEAR) -> Bench:
    made = made or task()
    return open_bench(made, vectors(made.texts), vectors(made.tests), successor)
