"""What broker and annotator cost a turn of a running bot.

Runs in an environment with Rasa. One small model with the annotator and one without are trained,
two bots are started, and asked over their REST channel in turns, block by block, so that a noisy
moment hits both.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from intent_al.engines.rasa.install import install, plan
from intent_al.project.config import find_project
from tests.benchmarks.figures import Figure
from tests.support import rasa_bots

BLOCKS, TURNS = 30, 40
TEXTS = ("hello there", "where is my refund", "cancel my order", "refund the teapot please")


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        bots = {
            name: _bot(Path(folder) / name, inside=name == "with") for name in ("without", "with")
        }
        with (
            rasa_bots.running(bots["without"], ready="/status") as plain,
            rasa_bots.running(
                bots["with"], "--endpoints", "endpoints.yml", ready="/status"
            ) as ours,
        ):
            times: dict[str, list[float]] = {plain: [], ours: []}
            for url in times:
                _talk(url, TURNS, "warm")
            for block in range(BLOCKS):
                for url in (plain, ours) if block % 2 else (ours, plain):
                    times[url] += _talk(url, TURNS, f"visitor-{block}")
    before, after = (np.array(times[url]) * 1000 for url in (plain, ours))
    low, high = np.quantile(before, 0.95), np.quantile(after, 0.95)
    middle = float(np.median(after) - np.median(before))
    return [
        Figure(
            f"p95 of {len(after):,} turns with broker and annotator, against without",
            f"{high - low:+.2f} ms ({low:.1f} to {high:.1f} ms; median {middle:+.2f} ms)",
            "< +2 ms",
            bool(high - low < 2),
        )
    ]


def _bot(folder: Path, *, inside: bool) -> Path:
    """Both keep their conversations in memory: only what we add may differ."""
    bot = rasa_bots.make(folder, rasa_bots.WORDS + rasa_bots.LOGISTIC + rasa_bots.FALLBACK)
    (bot / "endpoints.yml").unlink()
    if inside:
        install(plan(find_project(bot)))
    rasa_bots.train(bot)
    return bot


def _talk(url: str, turns: int, sender: str) -> list[float]:
    """Seconds of each turn."""
    found = []
    for number in range(turns):
        started = time.perf_counter()
        rasa_bots.say(url, TEXTS[number % len(TEXTS)], f"{sender}-{number // 10}")
        found.append(time.perf_counter() - started)
    return found
