"""A bot that is made in a moment and trained in another, for tests that need the whole folder."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

START = 1_790_000_000.0
PRODUCTS = ("blue mug", "teapot", "mug", "large bowl", "plate", "jug", "milk jug", "vase")

EXAMPLES = {
    "greet": ["hello", "hi there", "good morning", "hey", "good evening", "hello there you"],
    "refund_status": [
        "where is my refund",
        "has my refund been sent yet",
        "when does the money come back",
        "is my refund on its way",
        "still no refund for the [teapot](product)",
        "did you refund the [blue mug](product)",
    ],
    "refund_request": [
        "i want my money back",
        "please refund me",
        "refund the [plate](product) please",
        "give me a refund for the [large bowl](product)",
        "can i get my money back for the [jug](product)",
        "i would like a refund",
    ],
    "cancel_order": [
        "cancel my order",
        "please stop the order of the [vase](product)",
        "i do not want the [milk jug](product) any more",
        "take back my order",
        "cancel it before it ships",
        "stop my parcel",
    ],
    "out_of_scope": [
        "what is the weather",
        "tell me a joke",
        "who won the match",
        "sing a song",
        "what is two and two",
        "are you married",
    ],
}
SAID = {
    "greet": ("hello you {}", "hi, about the {}", "morning! {} question"),
    "refund_status": (
        "any news of my refund for the {}",
        "refund of {} still missing",
        "{} money?",
    ),
    "refund_request": ("the {} broke, money back", "refund my {}", "i expect a refund, {} cracked"),
    "cancel_order": ("no {} for me please, cancel", "stop sending the {}", "drop the {} order"),
    "out_of_scope": ("does the {} like jazz", "how tall is a {}", "write a poem on a {}"),
}
TEST = {
    "greet": ("hello again", "hi folks", "good day", "hey you"),
    "refund_status": ("where did my refund go", "is the refund sent", "refund not here yet"),
    "refund_request": ("refund me now please", "i need my money back", "a refund for the pot"),
    "cancel_order": ("cancel everything", "please cancel that order", "stop the shipment"),
    "out_of_scope": ("what time is it in rome", "do you dream", "sing me something"),
}


def make(folder: Path, said: Sequence[str] | None = None, *, turns: int = 90) -> Path:
    """A bot's folder; its log holds ``said``, or ``turns`` sentences made from the templates."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yml").write_text(
        "language: en\npipeline:\n- name: WhitespaceTokenizer\n- name: DIETClassifier\n"
    )
    (folder / "data").mkdir()
    (folder / "data" / "nlu.yml").write_text(nlu(EXAMPLES))
    intents = "".join(f"  - {name}\n" for name in EXAMPLES)
    (folder / "domain.yml").write_text(
        f'version: "3.1"\n\nintents:\n{intents}\nentities:\n  - product\n'
    )
    (folder / "endpoints.yml").write_text(
        "tracker_store:\n  type: SQL\n  dialect: sqlite\n  db: rasa.db\n"
    )
    (folder / "tests").mkdir()
    (folder / "tests" / "test_nlu.yml").write_text(nlu(TEST))
    (folder / "intent-al.toml").write_text(
        '[apply]\nout_of_scope_intent = "out_of_scope"\n\n'
        '[gate]\ntest = ["tests/test_nlu.yml"]\nminimum_items = 10\n\n[select]\nsize = 20\n'
    )
    write_log(folder / "rasa.db", sentences(turns) if said is None else said)
    return folder


def hold_out(bot: Path, *texts: str) -> None:
    """More texts of the test file, under an intent that it has."""
    with (bot / "tests" / "test_nlu.yml").open("a", encoding="utf-8") as file:
        file.write("".join(f"    - {text}\n" for text in texts))


def nlu(examples: dict[str, Sequence[str]] | dict[str, list[str]]) -> str:
    text = 'version: "3.1"\n\n# written by hand\nnlu:\n'
    for intent, lines in examples.items():
        text += f"- intent: {intent}\n  examples: |\n"
        text += "".join(f"    - {line}\n" for line in lines)
    return text


def sentences(count: int, seed: int = 0) -> list[str]:
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        template = rng.choice(SAID[rng.choice(list(SAID))])
        found.append(template.format(rng.choice(PRODUCTS)) + rng.choice(("", "!", " pls", " now")))
    return found


def answer_key(said: Iterable[str]) -> list[dict[str, object]]:
    """What a reviewer would say of ``sentences``: text, intent, entities."""
    found = []
    for text in dict.fromkeys(said):
        for intent, templates in SAID.items():
            parts = [template.partition("{}") for template in templates]
            if any(text.startswith(a) and (not b or b in text) for a, _, b in parts if a or b):
                found.append({"text": text, "intent": intent, "entities": []})
                break
    return found


def write_answers(path: Path, answers: Iterable[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(answer) + "\n" for answer in answers))
    return path


def write_log(path: Path, said: Sequence[str], *, per_sender: int = 3) -> None:
    """A tracker store as Rasa 3.6 writes it; every sender says a few things and is answered."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE events (id INTEGER NOT NULL PRIMARY KEY, sender_id VARCHAR(255) NOT NULL,"
        " type_name VARCHAR(255) NOT NULL, timestamp FLOAT, intent_name VARCHAR(255),"
        " action_name VARCHAR(255), data TEXT)"
    )
    with connection:
        for number, text in enumerate(said):
            sender, at = f"sender-{number // per_sender}", START + 60 * number
            _insert(connection, sender, _user(text, number, at))
            _insert(
                connection, sender, {"event": "bot", "text": "One moment.", "timestamp": at + 1}
            )
    connection.close()


def _user(text: str, number: int, at: float) -> dict[str, object]:
    ranking = [
        {"name": "refund_status", "confidence": 0.5},
        {"name": "greet", "confidence": 0.25},
    ]
    return {
        "event": "user",
        "timestamp": at,
        "text": text,
        "message_id": f"m{number}",
        "metadata": {"model_id": "rasa-1"},
        "parse_data": {"intent": ranking[0], "intent_ranking": ranking, "entities": []},
        "input_channel": "rest",
    }


def _insert(connection: sqlite3.Connection, sender: str, event: dict[str, object]) -> None:
    connection.execute(
        "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, ?, ?, ?)",
        (sender, event["event"], event["timestamp"], json.dumps(event)),
    )
