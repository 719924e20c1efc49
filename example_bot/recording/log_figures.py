"""Figures of a recorded log: is there enough of everything that the demo lives on?

Reads `rasa.db` and `answers.jsonl` with the standard library only, and prints one line a figure.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FALLBACK = "nlu_fallback"
ASKS = "action_default_ask_affirmation"


def top_intent(parse_data: Mapping[str, Any]) -> tuple[str, str]:
    """(base, full) name of the best intent once the fallback entry is removed."""
    ranking = [r for r in parse_data["intent_ranking"] if r["name"] != FALLBACK]
    base = ranking[0]["name"]
    selected = parse_data.get("response_selector", {}).get(base, {}).get("response", {})
    return base, selected.get("intent_response_key") or base


def read_log(database: Path) -> tuple[Counter[str], list[dict[str, Any]]]:
    """What there is of everything, and each user message once: the first copy is the bot's view."""
    rows = sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute(
        "SELECT sender_id, type_name, action_name, data FROM events ORDER BY id"
    )
    counts: Counter[str] = Counter()
    users: dict[str, dict[str, Any]] = {}
    offered: dict[str, str] = {}  # sender -> payload of the "Yes" button on the screen
    for sender, kind, name, data in rows:
        event = json.loads(data)
        counts[f"loop {name}" if kind == "active_loop" else kind] += 1
        if kind == "bot" and event["metadata"].get("utter_action") == ASKS:
            counts["asked"] += 1
            offered[sender] = event["data"]["buttons"][0]["payload"]
        elif kind == "user" and event["message_id"] in users:
            counts["copies"] += 1
        elif kind == "user":
            users[event["message_id"]] = {**event, "sender": sender}
            payload = offered.pop(sender, None)
            counts["confirmed"] += payload == event["text"]
            counts["denied"] += payload is not None and event["text"] == "/out_of_scope" != payload
    return counts, list(users.values())


def accuracy(messages: Iterable[Mapping[str, Any]], answers: Mapping[str, str]) -> str:
    """Share of messages whose best intent is the gold one; context-dependent ones left out."""
    pairs = [(top_intent(m["parse_data"]), answers[m["text"]]) for m in messages]
    pairs = [(best, gold) for best, gold in pairs if gold != "context"]
    base = sum(best[0] == gold.split("/")[0] for best, gold in pairs) / len(pairs)
    full = sum(best[1] == gold for best, gold in pairs) / len(pairs)
    return f"{base:.3f} (base name), {full:.3f} (full name) of {len(pairs)} messages"


def main() -> None:
    """Print the figures."""
    database = HERE.parent / "rasa.db"
    counts, users = read_log(database)
    lines = (HERE / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    answers = {record["text"]: record["intent"] for record in map(json.loads, lines)}
    free = [user for user in users if not user["text"].startswith("/")]
    fallbacks = sum(user["parse_data"]["intent"]["name"] == FALLBACK for user in free)
    print(f"size: {database.stat().st_size / 1e6:.2f} MB")
    print(f"user messages: {len(users)}, free text {len(free)}, distinct {len(answers)}")
    print(f"senders: {len({user['sender'] for user in users})}")
    print(f"fallbacks: {fallbacks}, {fallbacks / len(users):.1%} of the user messages")
    for name, count in sorted(counts.items()):
        print(f"{name}: {count}")
    print(f"logged top intent right: {accuracy(free, answers)}")
    text_once = {user["text"]: user for user in reversed(free)}.values()
    print(f"... each distinct text once: {accuracy(text_once, answers)}")


if __name__ == "__main__":
    main()
