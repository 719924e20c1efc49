"""The bot's own model through the worker, against a loop of Rasa's own ``parse_message``.

Runs in an environment with Rasa. ``INTENT_AL_MODEL`` names a trained model of the example bot;
without it one is trained first, which takes five minutes. Messages are the example bot's log, its
test sets and training sentences, and customers' questions of Banking77.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from intent_al.inside_rasa.worker.arrays import unpack
from intent_al.labelled import read_test_file
from intent_al.nlu.rasa_model import RasaModel
from intent_al.nlu.rasa_process import RasaWorker
from intent_al.rasa_python import RasaPython
from intent_al.records import Example
from intent_al.training_data import rasa_yaml
from tests.benchmarks.figures import Figure

ROOT = Path(__file__).parents[2]
BOT = ROOT / "example_bot"
BANKING = ROOT.parent / "shared" / "data" / "banking77" / "test.csv"
MESSAGES = int(os.environ.get("INTENT_AL_MESSAGES", "5000"))
AT_ONCE = 500


def run() -> list[Figure]:
    archive = Path(os.environ.get("INTENT_AL_MODEL") or _train())
    texts = _texts()
    with RasaWorker(RasaPython(Path(sys.executable), "3.6.21"), BOT, timeout=3600) as worker:
        model = RasaModel(worker, archive)
        model.predict(texts[:AT_ONCE])
        started = time.perf_counter()
        model.predict(texts)
        ours = time.perf_counter() - started
        chunks = [texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE)]
        answers = list(worker.parse(archive, chunks))
        boundary = _boundaries(model, _logged())
    theirs, parsed = _rasa(archive, texts)
    same_intent, same_entities, farthest = _compare(answers, parsed)
    return [
        Figure(
            f"{len(texts):,} messages through the worker, against parse_message one by one",
            f"{theirs / ours:.1f} times ({len(texts) / ours:.0f} against {len(texts) / theirs:.0f}"
            " a second)",
            ">= 8 times",
            theirs / ours >= 8,
        ),
        Figure("the same top intent", f"{same_intent:,}", "all", same_intent == len(texts)),
        Figure("the same entities", f"{same_entities:,}", "all", same_entities == len(texts)),
        Figure(
            "largest difference of a confidence", f"{farthest:.1e}", "<= 1e-5", farthest <= 1e-5
        ),
        *boundary,
    ]


def _train() -> Path:
    folder = ROOT / ".environments" / "example_bot_model"
    found = folder / "bot.tar.gz"
    if not found.exists():
        command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "bot", "--out"]
        environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
        subprocess.run([*command, str(folder)], cwd=BOT, env=environment, check=True)
    return found


def _texts() -> list[str]:
    """Different messages in a fixed order."""
    examples = [one.example.text for one in rasa_yaml.read([BOT / "data"]).examples]
    held_out = read_test_file(BOT / "tests" / "test_nlu.yml")
    texts = [one.text for one in (*_logged(), *held_out)] + examples
    with BANKING.open(encoding="utf-8", newline="") as lines:
        import csv

        texts += [row[0] for row in list(csv.reader(lines))[1:]]
    return [text for text in dict.fromkeys(map(str.strip, texts)) if text][:MESSAGES]


def _logged() -> list[Example]:
    answers = read_test_file(BOT / "recording" / "answers.jsonl")
    return [one for one in answers if one.text.strip()]


def _rasa(archive: Path, texts: Sequence[str]) -> tuple[float, list[dict[str, Any]]]:
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    logging.disable(logging.WARNING)
    configure_structlog(logging.ERROR)  # or it prints a line a message, which takes its time
    agent = Agent.load(str(archive))

    async def parse() -> list[dict[str, Any]]:
        return [await agent.parse_message(text) for text in texts]

    asyncio.run(agent.parse_message(texts[0]))
    started = time.perf_counter()
    parsed = asyncio.run(parse())
    return time.perf_counter() - started, parsed


def _compare(
    answers: Sequence[dict[str, Any]], parsed: Sequence[dict[str, Any]]
) -> tuple[int, int, float]:
    """Messages with the same intent, those with the same entities, the farthest confidence."""
    intents = [one for answer in answers for one in answer["intents"]]
    entities = [one for answer in answers for one in answer["entities"]]
    same_intent = same_entities = 0
    farthest = 0.0
    for intent, found, theirs in zip(intents, entities, parsed, strict=True):
        same_intent += intent["name"] == theirs["intent"]["name"]
        pairs = [(intent["confidence"], theirs["intent"]["confidence"])]
        same_entities += [_named(one) for one in found] == [
            _named(one) for one in theirs["entities"]
        ]
        for one, other in zip(found, theirs["entities"], strict=False):
            pairs += [(one[key], other[key]) for key in other if key.startswith("confidence")]
        farthest = max(farthest, *(abs(one - float(other)) for one, other in pairs))
    place = 0
    for answer in answers:
        decided = answer["classifiers"][-1]
        columns = {name: number for number, name in enumerate(decided["labels"])}
        for row in unpack(decided["scores"]):
            for one in parsed[place]["intent_ranking"]:
                if one["name"] in columns and one["confidence"] > 0:
                    farthest = max(farthest, abs(row[columns[one["name"]]] - one["confidence"]))
            place += 1
    return same_intent, same_entities, farthest


def _named(entity: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entity.items() if not key.startswith("confidence")}


def _boundaries(model: RasaModel, examples: Sequence[Example]) -> list[Figure]:
    """Does a low probability of an emitted span tell that its border is wrong?"""
    batch = model.predict([one.text for one in examples])
    spans = batch.spans
    wrong, score, any_wrong, any_score = [], [], [], []
    for place in np.flatnonzero(spans.emitted):
        row, start, end = (int(column[place]) for column in (spans.row, spans.start, spans.end))
        label = spans.labels[spans.label[place]].partition("#")[0]
        gold = [one for one in examples[row].entities if one.entity == label]
        exact = any((one.start, one.end) == (start, end) for one in gold)
        overlaps = any(one.start < end and start < one.end for one in gold)
        doubt = 1.0 - float(spans.probability[place])
        any_wrong.append(not exact)
        any_score.append(doubt)
        if exact or overlaps:
            wrong.append(not exact)
            score.append(doubt)
    return [
        Figure(
            f"AUROC of 'boundary is wrong', {sum(wrong)} of {len(wrong)} emitted spans of the log",
            f"{auroc(np.array(wrong), np.array(score)):.3f}",
            ">= 0.85",
            auroc(np.array(wrong), np.array(score)) >= 0.85,
        ),
        Figure(
            f"the same for any wrong span, {sum(any_wrong)} of {len(any_wrong)}",
            f"{auroc(np.array(any_wrong), np.array(any_score)):.3f}",
        ),
    ]


def auroc(wrong: npt.NDArray[np.bool_], score: npt.NDArray[np.float64]) -> float:
    """Probability that a wrong item has a higher score than a right one; ties count half."""
    bad, good = score[wrong], score[~wrong]
    if not len(bad) or not len(good):
        return float("nan")
    above = (bad[:, None] > good[None, :]).mean() + 0.5 * (bad[:, None] == good[None, :]).mean()
    return float(above)


if __name__ == "__main__":
    print(json.dumps([figure.__dict__ for figure in run()], indent=1))
