"""How long ``lint`` takes for far more examples than a bot has, generated with known faults."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from intent_al.texts.near import NearIndex
from intent_al.training_data import lint
from intent_al.training_data.lint.rules import RULES
from tests.benchmarks.figures import Figure
from tests.support.planning import RASA

EXAMPLES, INTENTS, VOCABULARY = 100_000, 100, 8_000
WITHIN = 15


def run(examples: int = EXAMPLES) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "nlu.yml")
        write_data(path, examples)
        started = time.perf_counter()
        inputs = lint.load(RASA, [path])
        assert len(inputs.data.examples) == examples
        read = time.perf_counter() - started
        seconds = {}
        for rule in RULES:
            started = time.perf_counter()
            found = len(list(rule.find(inputs)))
            seconds[rule.name] = (time.perf_counter() - started, found)
    started = time.perf_counter()
    index = NearIndex((one.example.text, one.example.intent) for one in inputs.data.examples)
    built = time.perf_counter() - started
    started = time.perf_counter()
    for one in inputs.data.examples[:1_000]:
        index.of(one.example.text)
    asked = time.perf_counter() - started
    ruling = sum(taken for taken, _ in seconds.values())
    told = [name for name, (_, found) in seconds.items() if found]
    slowest = sorted(told, key=lambda name: -seconds[name][0])
    return [
        Figure(f"read {examples:,} examples of {INTENTS} intents, s", f"{read:.1f}"),
        Figure("all rules, s", f"{ruling:.1f}", f"< {WITHIN}", ruling < WITHIN),
        *(
            Figure(f"{name}, s (findings)", f"{seconds[name][0]:.1f} ({seconds[name][1]:,})")
            for name in slowest
        ),
        Figure("index of near texts, s", f"{built:.1f}"),
        Figure("a question to it, ms", f"{asked:.2f}"),
    ]


def write_data(path: Path, examples: int, seed: int = 0) -> None:
    """A tenth from templates, which put many words into one hole; a tenth with an entity."""
    rng = random.Random(seed)
    words = ["".join(rng.choices("abcdefghilmnoprstuv", k=rng.randint(2, 10))) for _ in
             range(VOCABULARY)]  # fmt: skip
    lines = ['version: "3.1"', "nlu:"]
    for number in range(INTENTS):
        lines += [f"- intent: intent_{number}", "  examples: |"]
        lines += [f"    - {one}" for one in _faults(number)]
        for _ in range(examples // INTENTS - 4):
            said = rng.choices(words, k=rng.randint(3, 12))
            kind = rng.random()
            if kind < 0.1:
                said = ["please", "play", rng.choice(words)]
            elif kind < 0.2:
                said[1] = f"[{said[1]}](thing)"
            lines.append(f"    - {' '.join(said)}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _faults(number: int) -> list[str]:
    """Between two intents: the same text, one with other punctuation and twice, one with a typo."""
    pair, odd = chr(97 + number // 20) + chr(97 + number // 2 % 10), number % 2
    near = f"Shall we do {pair} now?" if odd else f"shall we do {pair} now"
    typo = "certificate" if odd else "certifcate"
    return [f"the same of {pair}", near, f"where is the {typo} of {pair}", near]
