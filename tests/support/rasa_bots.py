"""Small real bots of Rasa, made and trained in the test session."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.support import small_bot
from tests.support.limits import HANG, until

QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}

HEAD = "recipe: default.v1\nassistant_id: small\nlanguage: en\n\npipeline:\n"
POLICIES = "\npolicies:\n- name: RulePolicy\n"
WORDS = """\
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
"""
LOGISTIC = """\
- name: LogisticRegressionClassifier
- name: CRFEntityExtractor
"""
DIET = """\
- name: DIETClassifier
  epochs: 20
  random_seed: 1
  ranking_length: 3
- name: CRFEntityExtractor
- name: ResponseSelector
  epochs: 20
  random_seed: 1
  retrieval_intent: faq
"""
FALLBACK = "- name: FallbackClassifier\n  threshold: 0.4\n"

RESPONSES = "\nresponses:\n" + "".join(
    f"  utter_{name}:\n  - text: about {name}\n" for name in small_bot.EXAMPLES
)
RULES = 'version: "3.1"\nrules:\n' + "".join(
    f"- rule: {name}\n  steps:\n  - intent: {name}\n  - action: utter_{name}\n"
    for name in small_bot.EXAMPLES
)
STORIES = """version: "3.1"
stories:
- story: somebody says hello
  steps:
  - user: |
      hello there you
    intent: greet
  - action: utter_greet
"""
FAQ = """version: "3.1"
nlu:
- intent: faq/hours
  examples: |
    - when are you open
    - opening hours please
    - are you open on sunday
    - what time do you close
- intent: faq/parking
  examples: |
    - where can i park
    - do you have a car park
    - is there parking
    - parking for my car
- intent: travel
  examples: |
    - send it from [bonn](city)[to]{"entity": "word"} us
    - from [bonn]{"entity": "city", "role": "from"} to [ulm]{"entity": "city", "role": "to"}
    - take it to [ulm]{"entity": "city", "role": "to"}
    - it left [bonn]{"entity": "city", "role": "from"} today
    - ship to [kiel]{"entity": "city", "role": "to"} please
    - ship from [kiel]{"entity": "city", "role": "from"} please
responses:
  utter_faq/hours:
  - text: nine to five
  utter_faq/parking:
  - text: behind the shop
"""


def make(
    folder: Path, pipeline: str, said: Sequence[str] | None = None, *, turns: int = 90
) -> Path:
    """``small_bot`` with a pipeline, rules and a test story."""
    bot = small_bot.make(folder, said, turns=turns)
    (bot / "config.yml").write_text(f"{HEAD}{pipeline}{POLICIES}")
    domain = bot / "domain.yml"
    domain.write_text(domain.read_text() + RESPONSES)
    (bot / "data" / "rules.yml").write_text(RULES)
    (bot / "tests" / "test_stories.yml").write_text(STORIES)
    return bot


def add_faq(bot: Path) -> Path:
    """Retrieval intents, and an entity with roles."""
    (bot / "data" / "faq.yml").write_text(FAQ)
    domain = bot / "domain.yml"
    text = domain.read_text().replace("intents:\n", "intents:\n  - faq\n  - travel\n")
    roles = "entities:\n  - word\n  - city:\n      roles: [from, to]\n"
    domain.write_text(text.replace("entities:\n", roles))
    rule = "- rule: faq\n  steps:\n  - intent: faq\n  - action: utter_faq\n"
    (bot / "data" / "rules.yml").write_text(RULES + rule)
    return bot


def train(bot: Path, name: str = "first", *words: str) -> Path:
    """``rasa train`` into ``models/``; the archive."""
    command = [sys.executable, "-m", "rasa", "train", *words, "--fixed-model-name", name]
    done = subprocess.run(
        command, cwd=bot, env={**os.environ, **QUIET}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return bot / "models" / f"{name}.tar.gz"


@contextlib.contextmanager
def running(bot: Path, *words: str, ready: str = "/version") -> Iterator[str]:
    """``rasa run --enable-api`` in the bot's folder, until ``ready`` answers; its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "rasa", "run", "--enable-api", "--interface", "127.0.0.1"]
    credentials = bot / "credentials.yml"
    credentials.write_text("rest:\n")
    log = bot / "server.log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [*command, "--port", str(port), "--credentials", str(credentials), *words],
            cwd=bot,
            env={**os.environ, **QUIET},
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:

        def answers() -> bool:
            assert server.poll() is None, log.read_text(errors="replace")[-2000:]
            with contextlib.suppress(OSError):
                ask(url + ready)
                return True
            return False

        until(answers, lambda: f"the bot was not ready in time: {log}")
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def ask(url: str, body: object = None) -> Any:
    """One request, JSON in and out."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=HANG) as answer:
        return json.load(answer)


def say(url: str, text: str, sender: str = "visitor") -> list[str]:
    """What the bot answers over its REST channel."""
    body = {"sender": sender, "message": text}
    return [one["text"] for one in ask(f"{url}/webhooks/rest/webhook", body)]
