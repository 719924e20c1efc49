"""The answer key and the held-out senders, written from what was really said.

The key is taken from the played messages and not from the written ones: rephrasings that were
never needed must not be in it, repetitions that the simulation made up must.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conversations import CONTEXT, Line


@dataclass(frozen=True)
class Said:
    """A free-text message that reached the bot."""

    sender: str
    line: Line

    def as_dict(self) -> dict[str, object]:
        return {
            "text": self.line.text,
            "intent": self.line.intent,
            "entities": [entity.as_dict() for entity in self.line.entities],
        }


def key(messages: Iterable[Said]) -> list[Mapping[str, object]]:
    """One record per distinct text; the majority decides, the first said decides a tie."""
    by_text: dict[str, list[Said]] = defaultdict(list)
    for message in messages:
        by_text[message.line.text].append(message)
    records: list[Mapping[str, object]] = []
    for same in by_text.values():
        intent = Counter(m.line.intent for m in same).most_common(1)[0][0]
        agreeing = [m for m in same if m.line.intent == intent]
        spans = Counter(m.line.entities for m in agreeing).most_common(1)[0][0]
        records.append(next(m for m in agreeing if m.line.entities == spans).as_dict())
    return records


def draw_held_out(messages: Sequence[Said], share: float, seed: int, draws: int = 300) -> list[str]:
    """The one of some stratified draws whose mix of intents is most like that of everybody.

    With 40 senders, a single draw leaves two thirds of the rare intents out.
    """
    rng = random.Random(f"{seed}/held out")
    overall = Counter(message.line.intent for message in messages)

    def distance(senders: Sequence[str]) -> float:
        chosen = set(senders)
        drawn = Counter(message.line.intent for message in messages if message.sender in chosen)
        return sum((drawn[i] - share * n) ** 2 / (share * n) for i, n in overall.items())

    return min((_stratified_draw(messages, share, rng) for _ in range(draws)), key=distance)


def _stratified_draw(messages: Sequence[Said], share: float, rng: random.Random) -> list[str]:
    """A share of the senders, drawn evenly from strata of writer and talkativeness."""
    counts = Counter(message.sender for message in messages)
    strata: dict[tuple[str, int], list[str]] = defaultdict(list)
    for sender, count in counts.items():
        strata[sender.rsplit("-", 1)[0], min(count // 4, 3)].append(sender)
    drawn: list[str] = []
    owed = 0.0  # what rounding left over goes to the next stratum
    for _, senders in sorted(strata.items()):
        owed += share * len(senders)
        take = min(round(owed), len(senders))
        drawn += rng.sample(sorted(senders), take)
        owed -= take
    return sorted(drawn)


def _write_lines(path: Path, records: Iterable[Mapping[str, object]]) -> None:
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def write(folder: Path, messages: Sequence[Said], seed: int, share: float = 0.25) -> None:
    """`answers.jsonl`, `held_out_senders.txt`, `held_out_traffic.jsonl`."""
    _write_lines(folder / "answers.jsonl", key(messages))
    held_out = draw_held_out(messages, share, seed)
    (folder / "held_out_senders.txt").write_text(
        "\n".join(held_out) + "\n", encoding="utf-8", newline="\n"
    )
    traffic = (m for m in messages if m.sender in set(held_out) and m.line.intent != CONTEXT)
    _write_lines(folder / "held_out_traffic.jsonl", (m.as_dict() for m in traffic))
