"""How long the build hook takes on files with 100,000 examples, and when nothing changed.

Whole processes are timed, as a pipeline would start them; reading the same files with PyYAML's
parser alone is the yardstick, because no machine is quiet.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from intent_al.records import Example
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.repository import ledger
from tests.benchmarks.bench_pull import INTENTS, WORDS
from tests.benchmarks.figures import Figure
from tests.support.places import ROOT

EXAMPLES = 100_000
FILES = 20
APPLIED = 5_000
REPEATS = 3
COMMAND = "import sys; from intent_al.cli import run; sys.exit(run(['check', *sys.argv[1:]]))"


def run(examples: int = EXAMPLES) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        bot = Path(folder)
        make(bot, examples)
        plain, cold, again = [], [], []
        for _ in range(REPEATS):
            (bot / "kept.json").unlink(missing_ok=True)
            plain.append(_parse_plainly(bot / "data"))
            cold.append(_check(bot))
            again.append(_check(bot))
    slow, quick = statistics.median(cold), statistics.median(again)
    ratio = slow / statistics.median(plain)
    return [
        Figure("examples", f"{examples:,}"),
        Figure("check of all of them, s", f"{slow:.1f}", "<= 20", slow <= 20),
        Figure("the same / parsing the YAML alone", f"{ratio:.1f}"),
        Figure("check when nothing changed, s", f"{quick:.2f}", "< 2", quick < 2),
    ]


def make(bot: Path, examples: int, seed: int = 0) -> None:
    """A bot whose files passed the gate, with a ledger; some texts hold what has to be allowed."""
    rng = random.Random(seed)
    (bot / "config.yml").write_text("language: en\n")
    (bot / "domain.yml").write_text("intents:\n" + "".join(f"  - {one}\n" for one in INTENTS))
    (bot / "intent-al.toml").write_text('[check]\nallow = ["*@example.com", "+44 *"]\n')
    (bot / "data").mkdir()
    for number in range(FILES):
        text = 'version: "3.1"\nnlu:\n'
        mine = INTENTS[number::FILES] or INTENTS[:1]
        for intent in mine:
            text += f"- intent: {intent}\n  examples: |\n"
            for _ in range(examples // FILES // len(mine)):
                text += f"    - {_line(rng)}\n"
        (bot / "data" / f"nlu_{number}.yml").write_text(text)
    data = nlu_yaml.read([bot / "data"])
    book = ledger.Ledger("k" * 32, (), ledger.fingerprint(data), "2026-01-01T00:00:00Z")
    applied = [one.example for one in data.examples[:: len(data.examples) // APPLIED]]
    entries = [_entry(book, number, example) for number, example in enumerate(applied)]
    (bot / ledger.LEDGER_FILE).write_bytes(ledger.render(book.with_entries(entries)))


def _line(rng: random.Random) -> str:
    words = rng.choices(WORDS, k=rng.randint(3, 14))
    if rng.random() < 0.2:
        words[0] = f"[{words[0]}](product)"
    if rng.random() < 0.02:
        words.append(f"{words[-1]}{rng.randrange(999)}@example.com")
    if rng.random() < 0.02:
        words.append(f"+44 20 7946 {rng.randrange(1000, 9999)}")
    words.append(f"CK-{rng.randrange(10_000, 99_999)}")
    return " ".join(words)


def _entry(book: ledger.Ledger, number: int, example: Example) -> ledger.Entry:
    at = "2026-01-01T00:00:00Z"
    mark = book.mark(example)
    return ledger.Entry("a1", at, number, ledger.ADDED, example.intent, "data/nlu_0.yml", mark)


def _parse_plainly(folder: Path) -> float:
    started = time.perf_counter()
    for path in folder.iterdir():
        yaml.compose(path.read_text(), Loader=yaml.CBaseLoader)
    return time.perf_counter() - started


def _check(bot: Path) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", COMMAND, "--project", str(bot), "--cache", str(bot / "kept.json")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started
