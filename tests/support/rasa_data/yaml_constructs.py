"""Each construct of Rasa's YAML in one file; what Rasa rejects, with its line and a word of why."""

from __future__ import annotations

from pathlib import Path

HEAD = 'version: "3.1"\nnlu:\n'
FILE = Path("nlu.yml")

EVERYTHING = (
    HEAD
    + """\
# greetings
- intent: greet
  examples: |
    - hey
    -hello there

    # not an example
    - to [LA](city:Los Angeles)
- synonym: NYC
  examples: |
    - New York
    - the big apple
- intent: faq/ask_hours
  metadata:
    owner: ann
  examples:
  - text: |
      when [now](time)?
    metadata: {sentiment: neutral}
  - text: "open?"
- regex: zip
  examples: |
    - [0-9]{5}
- lookup: city
  examples: |
    - Berlin
- lookup: city
  examples: |
    - Rome
- intent: greet
  examples: |
    - good morning
responses:
  utter_faq/ask_hours:
  - text: nine to five
"""
)

REJECTED = [
    ("nlu:\n- intent: a\n  examples:\n  - plain\n", 4, "examples: |"),
    ("nlu:\n- intent: a\n  intent: b\n", 3, "occurs twice"),
    ("nlu: []\nnlu: []\n", 2, "occurs twice"),
    ("nlu:\n- intent: a\n  colour: red\n", 3, "'colour' is not allowed"),
    ("nlu:\n- intent: a\n  examples: |\n\t- x\n", 4, "tab"),
    ("nlu:\n- intent: a/b/c\n  examples: |\n    - x\n", 4, "more than one '/'"),
    ("nlu:\n- intent: a\n  examples: |\n    - ok\n    - [foo]{bar}\n", 5, "no valid entity"),
    ("nlu:\n- intent: 1\n", 2, "in quotes"),
    ("nlu:\n- intent: true\n", 2, "in quotes"),
    ("nlu:\n- intent: a\n  examples:\n  - text: 12\n", 4, "in quotes"),
    ("nlu:\n- intent: a\n  examples:\n  - text: pay ${SUM}\n", 4, "in quotes"),
    ("nlu:\n- synonym: a\n  examples:\n  - text: x\n", 4, "'|' block"),
    ("nlu:\n- intent: a\n  synonym: b\n", 2, "split it"),
    ("version: 3.1\nnlu: []\n", 1, '"3.1" in quotes'),
    ("nlu:\n- greet\n", 2, "must be a mapping"),
    ("nlu: {intent: a}\n", 1, "must be a list"),
    ("nlu:\n- intent: a\n---\nnlu: []\n", 3, "document"),
    ("nlu:\n- intent: a\n  examples: |\n    - a\x07b\n", 4, "U+0007"),
    ("nlu:\n- intent: a\n  examples: |\n    - a\u2028b\n", 4, "U+2028"),
    ("nlu:\n- intent: a\n  examples: |\n    - C:\\Users\n", 4, "backslash-u"),
    ("nlu:\n- intent: a\n  examples: |\n    - \\ud800\n", 4, "backslash-u"),
    ("%YAML 1.1\n---\nnlu: []\n", 1, "YAML 1.1"),
    ("nlu: []\nresponses:\n  utter_a:\n  - txt: b\n", 4, "'txt' is not allowed"),
]
