"""What a hundred chosen reviews are worth on the example bot, against a hundred random ones.

Two baselines: messages drawn uniformly from the traffic, which is what reading the log at random
gives, and the stricter one, texts drawn from the same candidates that selection chooses from.

Measured twice: on the quarter of the senders that the bot's recording holds out, and, because one
quarter of 173 senders is a small sample and selection hardly varies with its seed, on five other
quarters, one drawn by each seed.
"""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
import tempfile
from pathlib import Path

from intent_al import demo
from intent_al.demo import Arm, DemoResult
from tests.benchmarks.figures import Figure

SEEDS = range(5)
REVIEWS = 100
ARMS = (demo.CHOSEN, demo.RANDOM, demo.CANDIDATES)


def run() -> list[Figure]:
    return [*_figures("", _committed()), *_figures(", 5 other quarters", _redrawn())]


def _committed() -> DemoResult:
    with tempfile.TemporaryDirectory() as folder:
        return demo.run(
            demo.find_example_bot(), Path(folder), seeds=SEEDS, reviews=REVIEWS, arms=ARMS
        )


def _redrawn() -> DemoResult:
    """One run a seed, each with other senders held out, put together as one result."""
    runs = []
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            bot = demo.copy_bot(demo.find_example_bot(), Path(folder, "bot"))
            hold_out_others(bot, seed)
            runs.append(
                demo.run(bot, Path(folder, "runs"), seeds=[seed], reviews=REVIEWS, arms=ARMS)
            )
    arms = {name: tuple(run.arms[name][0] for run in runs) for name in ARMS}
    return DemoResult(runs[0].pulled, arms)


def hold_out_others(bot: Path, seed: int) -> None:
    """Draw another quarter of the senders, and write what they typed with its gold labels."""
    recording = bot / "recording"
    lines = (recording / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {record["text"]: record for record in map(json.loads, lines)}
    with contextlib.closing(sqlite3.connect(bot / "rasa.db")) as log:
        rows = log.execute(
            "SELECT sender_id, data FROM events WHERE type_name = 'user' ORDER BY id"
        ).fetchall()
    senders = sorted({sender for sender, _ in rows})
    held_out = set(random.Random(seed).sample(senders, len(senders) // 4))
    first_copies = {
        (sender, event["message_id"]): event["text"]
        for sender, event in reversed([(sender, json.loads(data)) for sender, data in rows])
        if sender in held_out
    }
    traffic = [gold[text] for text in reversed(first_copies.values()) if text in gold]
    (recording / "held_out_senders.txt").write_text("\n".join(sorted(held_out)), encoding="utf-8")
    (recording / "held_out_traffic.jsonl").write_text(
        "".join(json.dumps(one) + "\n" for one in traffic if one["intent"] != "context"),
        encoding="utf-8",
    )


def _figures(where: str, result: DemoResult) -> list[Figure]:
    figures = []
    for position, row in enumerate(result.arms[demo.CHOSEN][0].report.sets):
        gains = ", ".join(f"{name} {_gain(result.arms[name], position):+.1f}" for name in ARMS)
        figures.append(Figure(f"demo{where}: points gained on {row.name}", gains))
    for name in (demo.RANDOM, demo.CANDIDATES):
        other = result.gain(name)
        ratio = result.gain() / other if other > 0 else float("inf")
        figures.append(
            Figure(
                f"demo{where}: gain {result.gain():+.2f} against {name} {other:+.2f}",
                f"{ratio:.2f} times",
                ">= 2 times",
                ratio >= 2,
            )
        )
    return figures


def _gain(arms: tuple[Arm, ...], position: int) -> float:
    rows = [arm.report.sets[position] for arm in arms]
    return sum(100 * (row.after - row.before) for row in rows) / len(rows)
