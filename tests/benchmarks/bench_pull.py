"""How fast ``pull`` takes in an SQLite tracker store, against simply reading the same rows.

The yardstick is ``sqlite3`` and ``json.loads`` over every row, in alternation with the pull, so
that a busy machine slows both. Each pull runs in a process of its own, whose memory is measured.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figure
from tests.support.places import ROOT

EVENTS = 300_000
REPEATS = 3
INTENTS = [f"{verb}_{noun}" for verb in ("track", "change", "cancel", "return", "ask")
           for noun in ("order", "refund", "address", "delivery", "voucher", "invoice", "account",
                        "price", "stock")]  # fmt: skip
WORDS = (
    "where is my order the parcel has not come yet please can i send it back money refund when "
    "will you deliver to london kettle mug lid broken blue large small card charged twice "
    "cancel change address login password voucher code works does still waiting nobody answers "
    "thanks hello"
).split()
ANSWERS = [
    f"Here is what we know about {intent.replace('_', ' ')}: it usually takes one to three working"
    " days, and you will find it in the e-mail that confirmed your order."
    for intent in INTENTS
]
STAMP = {"model_id": "4452bc1ab4774263b62ee6358bd81138", "assistant_id": "shop"}

Row = tuple[str, str, float, "str | None", "str | None", str]


def run(events: int = EVENTS) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        log, double = Path(folder, "rasa.db"), Path(folder, "double.db")
        write_log(log, events)
        write_log(double, 2 * events)
        plain, pulls, again = [], [], []
        for number in range(REPEATS):
            plain.append(read_plainly(log))
            state = Path(folder, f"state-{number}.db")
            pulls.append(_pull(log, state))
            again.append(_pull(log, state)["seconds"])
        twice = _pull(double, Path(folder, "state-double.db"))
    ratio = statistics.median(p / one["seconds"] for p, one in zip(plain, pulls, strict=True))
    seconds = statistics.median(one["seconds"] for one in pulls)
    memory = statistics.median(one["megabytes"] for one in pulls)
    growth = twice["megabytes"] - memory
    return [
        _figure("sqlite3 + json.loads, events/s", round(events / statistics.median(plain))),
        _figure("pull, events/s", round(events / seconds)),
        _figure("pull / plain rate", round(ratio, 3), ">= 0.333", ratio >= 1 / 3),
        _figure("second pull, s", round(statistics.median(again), 2), "< 1", max(again) < 1),
        _figure("peak memory, MB", round(memory)),
        _figure("growth with a log twice as long, MB", round(growth), "< 20", growth < 20),
    ]


def _figure(what: str, value: float, reach: str = "", reached: bool | None = None) -> Figure:
    return Figure(what, f"{value:,g}", reach, reached)


def read_plainly(log: Path) -> float:
    """Seconds to read every row and parse its JSON."""
    started = time.perf_counter()
    connection = sqlite3.connect(log)
    for row in connection.execute("SELECT * FROM events ORDER BY id"):
        json.loads(row[6])
    connection.close()
    return time.perf_counter() - started


def _pull(log: Path, state: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_pull", str(log), str(state)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def pull_here(log: Path, state: Path) -> dict[str, float]:
    """One pull in this process; seconds without the imports, and the peak of its memory."""
    import resource

    import connectors.sources.rasa_sql  # noqa: F401
    from intent_al.stages.pull import pull
    from intent_al.store import Store
    from intent_al.texts.masking import Masker

    started = time.perf_counter()
    with Store(state) as store:
        report = pull(store, {"rasa": ("rasa_sql", {"url": str(log)})}, Masker(b"key"), bot="bot")
    seconds = time.perf_counter() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "megabytes": megabytes, "events": report.events}


def write_log(path: Path, events: int, seed: int = 0) -> None:
    """A tracker store as Rasa 3.6 writes it: about 7 rows a turn, a fifth of the turns in forms."""
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE events (id INTEGER NOT NULL PRIMARY KEY, sender_id VARCHAR(255) NOT NULL,"
        " type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255),"
        " action_name VARCHAR(255), data TEXT);"
        "CREATE INDEX ix_events_sender_id ON events (sender_id);"
    )
    rows = _rows(random.Random(seed))
    with connection:
        connection.executemany(
            "INSERT INTO events (sender_id, type_name, timestamp, intent_name, action_name, data)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (next(rows) for _ in range(events)),
        )
    connection.close()


def _rows(rng: random.Random) -> Iterator[Row]:
    """Turns of forty conversations at a time, interleaved, without end."""
    active: list[tuple[str, int]] = []
    said: list[str] = ["hello"]
    now = 1_776_672_031.25
    count = 0
    while True:
        while len(active) < 40:
            count += 1
            sender = (
                f"user-{rng.randrange(count):07d}" if rng.random() < 0.3 else f"new-{count:07d}"
            )
            active.append((sender, rng.randint(1, 7)))
            now += 0.5
            yield from _started(sender, now)
        which = rng.randrange(len(active))
        sender, left = active.pop(which)
        if left > 1:
            active.append((sender, left - 1))
        now += rng.random() * 3
        text = rng.choice(said) if rng.random() < 0.3 else _sentence(rng)
        if len(said) < 5_000:
            said.append(text)
        yield from _turn(rng, sender, text, now)


def _started(sender: str, now: float) -> Iterator[Row]:
    yield _action(sender, now, "action_session_start")
    yield _row(sender, now + 0.001, {"event": "session_started"})
    yield _action(sender, now + 0.002, "action_listen")


def _turn(rng: random.Random, sender: str, text: str, now: float) -> Iterator[Row]:
    yield _row(sender, now, _user(rng, text))
    yield _row(
        sender, now + 0.001, {"event": "user_featurization", "use_text_for_featurization": False}
    )
    if rng.random() < 0.4:
        yield _row(sender, now + 0.002, {"event": "slot", "name": "product", "value": text[:20]})
    action = "return_form" if rng.random() < 0.2 else f"utter_{rng.choice(INTENTS)}"
    yield _action(sender, now + 0.003, action)
    if action == "return_form":
        yield _row(sender, now + 0.0035, {"event": "active_loop", "name": action})
    answer = dict.fromkeys(
        ("elements", "quick_replies", "buttons", "attachment", "image", "custom")
    )
    if rng.random() < 0.2:
        answer["buttons"] = [{"title": "Yes", "payload": "/affirm"},
                             {"title": "No", "payload": "/deny"}]  # type: ignore[assignment] # fmt: skip
    yield _row(sender, now + 0.004, {"event": "bot", "text": rng.choice(ANSWERS), "data": answer})
    yield _action(sender, now + 0.005, "action_listen")


def _action(sender: str, now: float, name: str) -> Row:
    return _row(
        sender, now, {"event": "action", "name": name, "policy": "RulePolicy", "confidence": 1.0,
                      "action_text": None, "hide_rule_turn": False}
    )  # fmt: skip


def _row(sender: str, now: float, event: dict[str, Any]) -> Row:
    intent = event["parse_data"]["intent"]["name"] if event["event"] == "user" else None
    data = {"event": event["event"], "timestamp": now, "metadata": STAMP, **event}
    return sender, event["event"], now, intent, event.get("name"), json.dumps(data)


def _sentence(rng: random.Random) -> str:
    words = rng.choices(WORDS, k=rng.randint(2, 14))
    if rng.random() < 0.1:
        words.append(f"CK-{rng.randrange(10_000, 99_999)}")
    if rng.random() < 0.02:
        words.append(f"{rng.choice(WORDS)}{rng.randrange(999)}@example.com")
    if rng.random() < 0.02:
        words.append(f"+44 20 7946 {rng.randrange(1000, 9999)}")
    return " ".join(words)


def _user(rng: random.Random, text: str) -> dict[str, Any]:
    names = rng.sample(INTENTS, 10)
    shares = sorted((rng.random() ** 4 for _ in range(20)), reverse=True)
    ranking = [
        {"name": name, "confidence": share / sum(shares)}
        for name, share in zip(names, shares, strict=False)
    ]
    tokens, entities, at = [], [], 0
    for word in text.split():
        tokens.append([at, at + len(word)])
        at += len(word) + 1
    if rng.random() < 0.4:
        start, end = rng.choice(tokens)
        entities.append({"entity": "product", "start": start, "end": end,
                         "confidence_entity": rng.random(), "value": text[start:end],
                         "extractor": "DIETClassifier"})  # fmt: skip
    key = f"{rng.getrandbits(128):032x}"
    answers = [{"confidence": rng.random(), "intent_response_key": f"faq/topic_{number}"}
               for number in range(6)]  # fmt: skip
    selector = {"all_retrieval_intents": ["faq"], "faq": {
        "response": {"responses": [{"text": "Every piece is made in our own workshop and travels in"
                                            " paper and cardboard."}],
                     **answers[0], "utter_action": "utter_faq/topic_0"},
        "ranking": answers}}  # fmt: skip
    parsed = {"intent": ranking[0], "entities": entities, "text": text, "message_id": key,
              "metadata": {}, "text_tokens": tokens, "intent_ranking": ranking,
              "response_selector": selector}  # fmt: skip
    return {"event": "user", "text": text, "parse_data": parsed, "input_channel": "rest",
            "message_id": key}  # fmt: skip


if __name__ == "__main__":  # one pull, in a process of its own
    print(json.dumps(pull_here(Path(sys.argv[1]), Path(sys.argv[2]))))
