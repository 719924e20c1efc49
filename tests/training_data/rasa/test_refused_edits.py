"""What is not edited: one clear reason with file and line, and no new bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al.errors import IntentAlError, TrainingDataError, WriteRefusedError
from intent_al.records import Example
from intent_al.training_data.dialects.operations import (
    AddExample,
    AddValue,
    ChangeExample,
    ListName,
    Operation,
    RemoveExample,
    RemoveValue,
    SetVersion,
    UnlistName,
)
from intent_al.training_data.dialects.rasa.editing import edit

FILE = Path("data/nlu.yml")
ADD = AddExample(Example("new", "a"))
REMOVE = RemoveExample(Example("x", "a"))
CHANGE = ChangeExample(Example("x", "a"), Example("new", "a"))
HEAD = "nlu:\n- intent: a\n  examples: |\n"

REFUSED: dict[str, tuple[str, Operation, str, int | None]] = {
    "a tab": (HEAD + "\t- x\n", ADD, "tab", 4),
    "a key twice": ("nlu: []\nnlu: []\n", ADD, "twice", 2),
    "no YAML": ("nlu: [\n", ADD, "not valid YAML", 2),
    "a version that is a number": ("version: 3.1\nnlu: []\n", ADD, '"3.1" in quotes', 1),
    "an unknown key": (HEAD + "    - x\n  colour: red\n", REMOVE, "'colour' is not", 5),
    "the future": ('version: "4.0"\n' + HEAD + "    - x\n", ADD, "Rasa skips the file", 1),
    "into the future": ("nlu: []\n", SetVersion("4.0"), "no version that Rasa reads", None),
    "no version": ("nlu: []\n", SetVersion("newest"), "no version that Rasa reads", None),
    "a list in brackets": ("nlu: [{intent: a}]\n", ADD, "in brackets", 1),
    "a file in brackets": ("{version: '3.1', x: 1}\n", ADD, "in brackets", 1),
    "a version in a file in brackets": ("{nlu: []}\n", SetVersion("3.1"), "in brackets", 1),
    "examples in brackets": (
        "nlu:\n- intent: a\n  examples: [{text: x}]\n",
        REMOVE,
        "neither a '|' block",
        3,
    ),
    "folded lines": ("nlu:\n- intent: a\n  examples: >\n    - x\n", REMOVE, "neither a", 3),
    "an alias": ("nlu:\n- &a\n  intent: a\n  examples: |\n    - x\n- *a\n", REMOVE, "alias", 2),
    "an anchor": ("nlu:\n- intent: a\n  examples:\n  - text: &t x\n", CHANGE, "anchor", 4),
    "several lines": (
        "nlu:\n- intent: a\n  examples:\n  - text: 'x\n\n      '\n",
        CHANGE,
        "several",
        4,
    ),
    "several lines of a block": (
        "nlu:\n- intent: a\n  examples:\n  - text: >\n      x\n      y\n",
        ChangeExample(Example("x y", "a"), Example("z", "a")),
        "several lines",
        4,
    ),
    "what does not stand there": (HEAD + "    - z\n", REMOVE, "does not stand there", None),
    "what is to be changed and does not": (HEAD + "    - z\n", CHANGE, "does not stand", None),
    "a value that does not": (
        "nlu:\n- lookup: b\n  examples: |\n    - x\n",
        RemoveValue("lookup", "a", "x"),
        "does not stand in the lookup a",
        None,
    ),
    "another intent": (
        HEAD + "    - x\n",
        ChangeExample(Example("x", "a"), Example("x", "b")),
        "take it out there and add it",
        None,
    ),
    "a name that is not listed": ("intents: [b]\n", UnlistName("intents", "a"), "not list a", 1),
    "a name that is": ("intents:\n- b\n- a\n", ListName("intents", "a"), "already", 3),
    "no list": ("intents: a\n", ListName("intents", "b"), "no list", 1),
    "a list in brackets over lines": (
        "intents: [\n  a,\n  b]\n",
        UnlistName("intents", "a"),
        "several lines",
        2,
    ),
    "an entry of two names": (
        "intents:\n- a: {}\n  b: {}\n",
        UnlistName("intents", "a"),
        "names others",
        2,
    ),
    "a hostile name": ("intents: []\n", ListName("intents", "a\n- b"), "characters", None),
    "a hostile value": ("nlu:\n", AddValue("lookup", "a", "x\n- y"), "more than one line", None),
    "an outer space": ("nlu:\n", AddValue("lookup", "a", " x"), "space", None),
    "nothing": ("nlu:\n", AddValue("lookup", "a", ""), "empty", None),
    "an escape": ("nlu:\n", AddValue("regex", "a", "\\u00e9"), "decodes", None),
    "half a character": ("nlu:\n", AddValue("lookup", "a", "\ud800"), "surrogate", None),
    "a hostile block": ("nlu:\n", AddValue("lookup", "a\nb", "x"), "lookup name", None),
    "an unknown kind": ("nlu:\n", AddValue("intent", "a", "x"), "no kind 'intent'", None),
    "escapes that would be decoded": (
        HEAD + "    - é\n    - \\u00e9\n",
        RemoveExample(Example("é", "a")),
        "nothing but ASCII",
        5,
    ),
    "escapes that would break the file": (
        HEAD + "    - é\n    - C:\\Users\n",
        RemoveExample(Example("é", "a")),
        "would decode",
        5,
    ),
    "escapes that would stay": (
        HEAD + "    - \\u00e9\n",
        AddExample(Example("é", "a")),
        "only while",
        4,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_edited_is_said_with_its_line(name: str) -> None:
    source, operation, word, line = REFUSED[name]
    with pytest.raises(IntentAlError, match=word) as caught:
        edit(source.encode("utf-8"), [operation], FILE)
    assert isinstance(caught.value, TrainingDataError | WriteRefusedError)
    assert "\n" not in str(caught.value)
    assert (caught.value.where, caught.value.line) == (str(FILE), line)


def test_json_is_not_written() -> None:
    with pytest.raises(WriteRefusedError, match="rasa data convert nlu"):
        edit(b"{}", [ADD], Path("nlu.json"))


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(TrainingDataError, match="not UTF-8") as caught:
        edit(b"nlu:\n- intent: \xff\n", [ADD], FILE)
    assert caught.value.line == 2


def test_one_example_is_not_changed_twice() -> None:
    source = (HEAD + "    - x\n").encode()
    other = ChangeExample(Example("x", "a"), Example("other", "a"))
    with pytest.raises(WriteRefusedError, match="same place") as caught:
        edit(source, [CHANGE, other], FILE)
    assert caught.value.line == 4
    with pytest.raises(WriteRefusedError, match="taken out and changed") as caught:
        edit(source, [CHANGE, REMOVE], FILE)
    assert caught.value.line == 4
