"""Small real bots of Rasa, made and trained in the test session."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.e2e import small_bot

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
