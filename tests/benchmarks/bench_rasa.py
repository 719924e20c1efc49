"""The bot's own model through the worker, against a loop of Rasa's own ``parse_message``.

Runs in an environment with Rasa. ``INTENT_AL_MODEL`` names a trained model of the example bot;
without it one is trained first, which takes five minutes. Messages are the example bot's log, its
test sets and training sentences, and customers' questions of Banking77.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sklearn.metrics import roc_auc_score

from intent_al import steps
from intent_al.demo import copy_bot
from intent_al.engines.rasa.interpreter import RasaPython
from intent_al.engines.rasa.model import RasaModel
from intent_al.engines.rasa.process import RasaWorker
from intent_al.errors import NothingToDo
from intent_al.inside_rasa.worker.arrays import unpack
from intent_al.project.config import find_project
from intent_al.records import Example
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.labelled import read_test_file
from intent_al.workspace import Workspace
from tests.benchmarks.bench_builtin import banking77
from tests.benchmarks.figures import Figure
from tests.support.places import EXAMPLE_BOT, ROOT

MESSAGES = int(os.environ.get("INTENT_AL_MESSAGES", "5000"))
AT_ONCE = 500


def run() -> list[Figure]:
    archive = Path(os.environ.get("INTENT_AL_MODEL") or _train())
    texts = _texts()
    with RasaWorker(
        RasaPython(Path(sys.executable), "3.6.21"), EXAMPLE_BOT, timeout=3600
    ) as worker:
        model = RasaModel(worker, archive)
        model.predict(texts[:AT_ONCE])
        started = time.perf_counter()
        model.predict(texts)
        ours = time.perf_counter() - started
        chunks = [texts[start : start + AT_ONCE] for start in range(0, len(texts), AT_ONCE)]
        answers = list(worker.parse(archive, chunks))
        boundary = _boundaries(worker, archive, _logged())
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
        _idle_cycle(),
    ]


def _idle_cycle() -> Figure:
    """The whole process, median of five, on the example bot after a pull."""
    main = "import sys; from intent_al.cli import run; sys.exit(run(sys.argv[1:]))"
    with tempfile.TemporaryDirectory() as folder:
        bot = copy_bot(EXAMPLE_BOT, Path(folder) / "bot")
        with Workspace(find_project(bot)) as workspace:
            steps.pull(workspace)
        times = []
        for _ in range(5):
            started = time.perf_counter()
            command = [sys.executable, "-c", main, "cycle", "--engine", "rasa", "-p", str(bot)]
            done = subprocess.run(command, capture_output=True, check=False)
            times.append(time.perf_counter() - started)
            assert done.returncode == NothingToDo.exit_code, done.stderr
    median = sorted(times)[2]
    return Figure("`cycle` when nothing is new", f"{median:.2f} s", "< 1 s", median < 1)


def _train() -> Path:
    folder = ROOT / ".environments" / "example_bot_model"
    found = folder / "bot.tar.gz"
    if not found.exists():
        command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "bot", "--out"]
        environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
        subprocess.run([*command, str(folder)], cwd=EXAMPLE_BOT, env=environment, check=True)
    return found


def _texts() -> list[str]:
    """Different messages in a fixed order."""
    examples = [one.example.text for one in nlu_yaml.read([EXAMPLE_BOT / "data"]).examples]
    held_out = read_test_file(EXAMPLE_BOT / "tests" / "test_nlu.yml")
    texts = [one.text for one in (*_logged(), *held_out)] + examples
    texts += [one.text for one in banking77("test")]
    return [text for text in dict.fromkeys(map(str.strip, texts)) if text][:MESSAGES]


def _logged() -> list[Example]:
    answers = read_test_file(EXAMPLE_BOT / "recording" / "answers.jsonl")
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


def _boundaries(worker: RasaWorker, archive: Path, examples: Sequence[Example]) -> list[Figure]:
    """Does a strong rival of an emitted span tell that its border is wrong?

    An emitted span that overlaps an entity of its label is right or has a wrong border. Its score
    is the share of the strongest span that overlaps it, of both.
    """
    (answer,) = worker.parse(archive, [[one.text for one in examples]])
    tables = {table["extractor"]: _by_row(table) for table in answer["spans"]}
    together: dict[int, _Spans] = {}
    for table in tables.values():
        for row, spans in table.items():
            for key, (probability, emitted) in spans.items():
                old = together.setdefault(row, {}).get(key, (0.0, False))
                share = probability / len(tables)
                together[row][key] = (old[0] + share, old[1] or emitted)
    return [
        _boundary(name, table, examples)
        for name, table in ({"all extractors": together} | tables).items()
    ]


_Spans = dict[tuple[int, int, str], tuple[float, bool]]


def _by_row(table: dict[str, Any]) -> dict[int, _Spans]:
    """Row -> (start, end, entity) -> probability and whether it was emitted; roles added up."""
    found: dict[int, _Spans] = {}
    names = ("row", "start", "end", "label", "probability", "emitted")
    for row, start, end, label, probability, emitted in zip(
        *(unpack(table[name]).tolist() for name in names), strict=True
    ):
        spans = found.setdefault(row, {})
        key = (start, end, table["labels"][label].partition("#")[0])
        old = spans.get(key, (0.0, False))
        spans[key] = (old[0] + probability, old[1] or emitted)
    return found


def _boundary(name: str, table: dict[int, _Spans], examples: Sequence[Example]) -> Figure:
    wrong, score = [], []
    for row, spans in table.items():
        for (start, end, label), (probability, emitted) in spans.items():
            gold = [one for one in examples[row].entities if one.entity == label]
            if not emitted or not any(one.start < end and start < one.end for one in gold):
                continue
            rivals = [
                other
                for key, (other, _) in spans.items()
                if key[0] < end and start < key[1] and key != (start, end, label)
            ]
            rival = max(rivals, default=0.0)
            wrong.append(all((one.start, one.end) != (start, end) for one in gold))
            score.append(rival / max(rival + probability, 1e-9))
    value = roc_auc_score(wrong, score)
    return Figure(
        f"AUROC of 'boundary is wrong', {name}: {sum(wrong)} of {len(wrong)} emitted spans",
        f"{value:.3f}",
        ">= 0.85",
        value >= 0.85,
    )
