"""Insertions keep indentation, style and line endings, and leave every other byte alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al.errors import WriteRefusedError
from intent_al.records import Entity, Example
from intent_al.training_data.dialects.rasa.editing import add_examples
from intent_al.training_data.dialects.rasa.nlu_yaml import read_sources

HEAD = 'version: "3.1"\nnlu:\n'


def add(source: str | bytes, *texts: str, intent: str = "greet") -> str:
    raw = source if isinstance(source, bytes) else source.encode("utf-8")
    result = add_examples(raw, {intent: [Example(text, intent) for text in texts]}, "nlu.yml")
    read_sources({Path("nlu.yml"): result})
    return result.decode("utf-8")


CASES = {
    "two spaces": (
        HEAD + "- intent: greet\n  examples: |\n    - hey\n- intent: bye\n",
        HEAD + "- intent: greet\n  examples: |\n    - hey\n    - new\n- intent: bye\n",
    ),
    "its own indentation": (
        "nlu:\n    -   intent: greet\n        examples: |\n         - hey\n",
        "nlu:\n    -   intent: greet\n        examples: |\n         - hey\n         - new\n",
    ),
    "its own dash": (
        "nlu:\n- intent: greet\n  examples: |\n    -  hey\n",
        "nlu:\n- intent: greet\n  examples: |\n    -  hey\n    -  new\n",
    ),
    "blank lines and comments stay below": (
        "nlu:\n- intent: greet\n  examples: |\n    - hey\n\n# next\n\n- intent: bye\n",
        "nlu:\n- intent: greet\n  examples: |\n    - hey\n    - new\n\n# next\n\n- intent: bye\n",
    ),
    "what looks like a comment stays below": (
        "nlu:\n- intent: greet\n  examples: |\n    - hey\n    # --- next part\n\n- intent: bye\n",
        "nlu:\n- intent: greet\n  examples: |\n    - hey\n    - new\n    # --- next part\n\n"
        "- intent: bye\n",
    ),
    "no final newline": (
        "nlu:\n- intent: greet\n  examples: |\n    - hey",
        "nlu:\n- intent: greet\n  examples: |\n    - hey\n    - new",
    ),
    "carriage returns": (
        "nlu:\r\n- intent: greet\r\n  examples: |\r\n    - hey\r\n",
        "nlu:\r\n- intent: greet\r\n  examples: |\r\n    - hey\r\n    - new\r\n",
    ),
    "byte-order mark": (
        "\ufeffnlu:\n- intent: greet\n  examples: |\n    - hey 😀\n",
        "\ufeffnlu:\n- intent: greet\n  examples: |\n    - hey 😀\n    - new\n",
    ),
    "indentation indicator": (
        "nlu:\n- intent: greet\n  examples: |2\n    - hey\n",
        "nlu:\n- intent: greet\n  examples: |2\n    - hey\n    - new\n",
    ),
    "empty block": (
        "nlu:\n- intent: a\n  examples: |\n     - x\n- intent: greet\n  examples: |\n",
        "nlu:\n- intent: a\n  examples: |\n     - x\n- intent: greet\n  examples: |\n     - new\n",
    ),
    "the biggest block": (
        "nlu:\n- intent: greet\n  examples: |\n    - a\n    - b\n"
        "- intent: greet\n  examples: |\n    - c\n",
        "nlu:\n- intent: greet\n  examples: |\n    - a\n    - b\n    - new\n"
        "- intent: greet\n  examples: |\n    - c\n",
    ),
    "lines before objects": (
        "nlu:\n- intent: greet\n  examples:\n  - text: a\n  - text: b\n"
        "- intent: greet\n  examples: |\n    - c\n",
        "nlu:\n- intent: greet\n  examples:\n  - text: a\n  - text: b\n"
        "- intent: greet\n  examples: |\n    - c\n    - new\n",
    ),
    "objects": (
        "nlu:\n- intent: greet\n  examples:\n    -   text: a # said once\n\n# end\n",
        "nlu:\n- intent: greet\n  examples:\n    -   text: a # said once\n"
        "    -   text: |\n          new\n\n# end\n",
    ),
    "objects whose text spans lines": (
        "nlu:\n- intent: greet\n  examples:\n  - text: |\n      a\n\n    metadata: >\n      m\n",
        "nlu:\n- intent: greet\n  examples:\n  - text: |\n      a\n\n    metadata: >\n      m\n"
        "  - text: |\n      new\n",
    ),
    "a form without lines gets another block": (
        "nlu:\n- intent: greet\n  examples: [{text: a}]\n",
        "nlu:\n- intent: greet\n  examples: [{text: a}]\n"
        "- intent: greet\n  examples: |\n    - new\n",
    ),
    "a new block in the style of the file": (
        "nlu:\n\n  - intent: a\n    examples: |\n        - x\n\n  - intent: b\n    examples: |\n"
        "        - y\n\nrules: []\n",
        "nlu:\n\n  - intent: a\n    examples: |\n        - x\n\n  - intent: b\n    examples: |\n"
        "        - y\n\n  - intent: greet\n    examples: |\n        - new\n\nrules: []\n",
    ),
    "an empty list": (
        "nlu: # later\nrules: []\n",
        "nlu: # later\n- intent: greet\n  examples: |\n    - new\nrules: []\n",
    ),
    "no list": (
        "rules: []\n",
        "rules: []\n\nnlu:\n- intent: greet\n  examples: |\n    - new\n",
    ),
    "a new file": (
        "",
        'version: "3.1"\n\nnlu:\n- intent: greet\n  examples: |\n    - new\n',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_example_goes_where_a_person_would_put_it(name: str) -> None:
    before, after = CASES[name]
    assert add(before, "new") == after


def test_names_that_yaml_would_take_for_something_else_are_quoted() -> None:
    for intent in ("no", "10", "a: b", "null", "- x", "${A}", 'say "x"', "2020-01-01"):
        result = add("nlu:\n", "new", intent=intent)
        data = read_sources({Path("x"): result.encode()})
        assert data.intents() == (intent,)
    assert "intent: größer\n" in add("nlu:\n", "new", intent="größer")


def test_entities_are_written_in_the_notation() -> None:
    example = Example("to Rome or Oslo", "go", (Entity("city", 11, 15), Entity("city", 3, 7)))
    result = add_examples(b"", {"go": [example]})
    assert b"    - to [Rome](city) or [Oslo](city)\n" in result


def test_several_intents_change_in_one_pass() -> None:
    source = b"nlu:\n- intent: a\n  examples: |\n    - x\n- intent: b\n  examples: |\n    - y"
    result = add_examples(
        source, {"new": [Example("n", "new")], "b": [Example("z", "b")], "a": [Example("w", "a")]}
    )
    assert result.decode().splitlines() == [
        "nlu:",
        "- intent: a",
        "  examples: |",
        "    - x",
        "    - w",
        "- intent: b",
        "  examples: |",
        "    - y",
        "    - z",
        "- intent: new",
        "  examples: |",
        "    - n",
    ]


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("nlu: [{intent: a}]\n", "in brackets"),
        ("nlu:\n- &x\n  intent: greet\n  examples: |\n    - a\n- *x\n", "alias"),
        ("nlu:\n- intent: greet\n  examples: |\n    - caf\\u00e9\n", "only while"),
    ],
)
def test_forms_that_leave_no_place_are_refused(source: str, word: str) -> None:
    with pytest.raises(WriteRefusedError, match=word) as caught:
        add(source, "né")
    assert caught.value.line


@pytest.mark.parametrize("text", ["a\n- b", "a\rb", "a\u2028b", "a\x85b", "a\tb", "[x](y)"])
def test_what_was_not_cleaned_is_not_written(text: str) -> None:
    with pytest.raises(WriteRefusedError):
        add_examples(b"", {"greet": [Example(text, "greet")]})


def test_no_addition_no_change() -> None:
    source = b"nlu:\r\n- intent: greet\n  examples: |\n    - hey"
    assert add_examples(source, {}) == source
    assert add_examples(source, {"greet": []}) == source
