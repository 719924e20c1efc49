"""Every operation, by example: what changes, and that nothing beside it does."""

from __future__ import annotations

import pytest

from intent_al.records import Entity, Example
from intent_al.training_data.dialects.operations import (
    AddExample,
    AddValue,
    ChangeExample,
    ListName,
    RemoveExample,
    RemoveValue,
    RenameIntent,
    SetVersion,
    UnlistName,
)
from tests.support.rasa_data.editing import edited


def gone(text: str, intent: str = "a", *entities: Entity) -> RemoveExample:
    return RemoveExample(Example(text, intent, entities))


def changed(text: str, new: str, intent: str = "a") -> ChangeExample:
    return ChangeExample(Example(text, intent), Example(new, intent))


B = "- intent: b\n  examples: |\n    - y\n"

REMOVALS = {
    "one of several": (
        "nlu:\n- intent: a\n  examples: |\n    - x\n    - z\n",
        "nlu:\n- intent: a\n  examples: |\n    - z\n",
    ),
    "the last line": (
        "nlu:\n- intent: a\n  examples: |\n    - z\n    - x\n",
        "nlu:\n- intent: a\n  examples: |\n    - z\n",
    ),
    "the last line, without a line break": (
        "nlu:\n- intent: a\n  examples: |\n    - z\n    - x",
        "nlu:\n- intent: a\n  examples: |\n    - z",
    ),
    "wherever it stands": (
        "nlu:\n- intent: a\n  examples: |\n    - x\n    - z\n    - x\n"
        "- intent: a\n  examples:\n  - text: x\n  - text: w\n",
        "nlu:\n- intent: a\n  examples: |\n    - z\n- intent: a\n  examples:\n  - text: w\n",
    ),
    "the last of its block takes the block along": (
        "nlu:\n" + B + "\n- intent: a\n  examples: |\n    - x\n\n" + B,
        "nlu:\n" + B + "\n" + B,
    ),
    "with what was said about the block": (
        "nlu:\n- intent: a\n  metadata: {owner: ann}\n  examples: |\n    - x\n    # a line\n" + B,
        "nlu:\n" + B,
    ),
    "a comment between blocks stays": (
        "nlu:\n# of a\n- intent: a\n  examples: |\n    - x\n\n# of b\n" + B,
        "nlu:\n# of a\n\n# of b\n" + B,
    ),
    "the block at the end, with the blank line above it": (
        "nlu:\n" + B + "\n- intent: a\n  examples: |\n    - x\n",
        "nlu:\n" + B,
    ),
    "the block at the end, without a line break": (
        "nlu:\n" + B + "\n- intent: a\n  examples: |\n    - x",
        "nlu:\n" + B.rstrip("\n"),
    ),
    "the only block": (
        "version: '3.1'\nnlu:\n- intent: a\n  examples: |\n    - x\nrules: []\n",
        "version: '3.1'\nnlu:\nrules: []\n",
    ),
    "an object": (
        "nlu:\n- intent: a\n  examples:\n  - text: x\n    metadata: {b: 1}\n  # next\n"
        "  - text: |\n      z\n",
        "nlu:\n- intent: a\n  examples:\n  # next\n  - text: |\n      z\n",
    ),
    "an object in brackets": (
        "nlu:\n- intent: a\n  examples:\n  - {text: x, metadata: 1}\n  - {text: z}\n",
        "nlu:\n- intent: a\n  examples:\n  - {text: z}\n",
    ),
    "an object whose dash stands alone": (
        "nlu:\n- intent: a\n  examples:\n  -\n    text: x\n  -\n    text: z\n",
        "nlu:\n- intent: a\n  examples:\n  -\n    text: z\n",
    ),
    "the last object takes the block along": (
        "nlu:\n- intent: a\n  examples:\n  - text: x\n    metadata: 1\n" + B,
        "nlu:\n" + B,
    ),
    "carriage returns": (
        "nlu:\r\n- intent: a\r\n  examples: |\r\n    - x\r\n    - z\r\n",
        "nlu:\r\n- intent: a\r\n  examples: |\r\n    - z\r\n",
    ),
    "mixed line endings": (
        "nlu:\r\n- intent: a\n  examples: |\r\n    - x\n    - z\r\n    - w\n",
        "nlu:\r\n- intent: a\n  examples: |\r\n    - z\r\n    - w\n",
    ),
    "a byte-order mark": (
        "\ufeffnlu:\n- intent: a\n  examples: |\n    - x\n    - zé\n",
        "\ufeffnlu:\n- intent: a\n  examples: |\n    - zé\n",
    ),
    "an indentation indicator": (
        "nlu:\n- intent: a\n  examples: |2\n    - x\n    - z\n",
        "nlu:\n- intent: a\n  examples: |2\n    - z\n",
    ),
    "trailing spaces, no space behind the dash": (
        "nlu:\n- intent: a\n  examples: |\n    -x  \n    -z  \n",
        "nlu:\n- intent: a\n  examples: |\n    -z  \n",
    ),
    "text that looks like a comment stays": (
        "nlu:\n- intent: a\n  examples: |\n    - x\n    # part two\n    - z\n",
        "nlu:\n- intent: a\n  examples: |\n    # part two\n    - z\n",
    ),
    "the whole file": ("nlu:\n- intent: a\n  examples: |\n    - x", "nlu:"),
    "what Rasa decodes": (
        "nlu:\n- intent: a\n  examples: |\n    - \\u0078\n    - z\\u00e9\n",
        "nlu:\n- intent: a\n  examples: |\n    - z\\u00e9\n",
    ),
    "what YAML decodes": (
        'nlu:\n- intent: a\n  examples:\n  - text: "\\u0078"\n  - text: "\\u00e9 \\\\u0078"\n',
        'nlu:\n- intent: a\n  examples:\n  - text: "\\u00e9 \\\\u0078"\n',
    ),
}


@pytest.mark.parametrize("name", REMOVALS)
def test_an_example_is_taken_out(name: str) -> None:
    before, after = REMOVALS[name]
    assert edited(before, gone("x")) == after


def test_an_example_is_told_by_its_entities() -> None:
    source = (
        "nlu:\n- intent: a\n  examples: |\n    - to Rome\n    - to [Rome](city)\n"
        '    - to [Rome]{"entity": "city", "value": "Rome"}\n    - to [Rome](town)\n'
    )
    left = edited(source, gone("to Rome", "a", Entity("city", 3, 7)))
    assert left.endswith("|\n    - to Rome\n    - to [Rome](town)\n")
    assert edited(source, gone("to Rome", "a", Entity("city", 3, 7, "Rome"))) == left
    left = edited(source, gone("to Rome"))
    assert left.endswith("|\n    - to [Rome](city)\n" + source[-83:]) or "- to Rome" not in left


CHANGES = {
    "a line": (
        "nlu:\n- intent: a\n  examples: |\n    - x\n    - z\n",
        "nlu:\n- intent: a\n  examples: |\n    - new: #1\n    - z\n",
    ),
    "spaces around it stay": (
        "nlu:\n- intent: a\n  examples: |\n    -   x  \n    - z\n",
        "nlu:\n- intent: a\n  examples: |\n    -   new: #1  \n    - z\n",
    ),
    "no space behind the dash": (
        "nlu:\n- intent: a\n  examples: |\n    -x\n",
        "nlu:\n- intent: a\n  examples: |\n    -new: #1\n",
    ),
    "no line break at the end": (
        "nlu:\r\n- intent: a\r\n  examples: |\r\n    - x",
        "nlu:\r\n- intent: a\r\n  examples: |\r\n    - new: #1",
    ),
    "every place": (
        "nlu:\n- intent: a\n  examples: |\n    - x\n    - x\n",
        "nlu:\n- intent: a\n  examples: |\n    - new: #1\n    - new: #1\n",
    ),
    "plain": (
        "nlu:\n- intent: a\n  examples:\n  - text: x # why\n    metadata: 1\n",
        'nlu:\n- intent: a\n  examples:\n  - text: "new: #1" # why\n    metadata: 1\n',
    ),
    "single quotes": (
        "nlu:\n- intent: a\n  examples:\n  - text: 'x' # why\n",
        "nlu:\n- intent: a\n  examples:\n  - text: 'new: #1' # why\n",
    ),
    "double quotes": (
        'nlu:\n- intent: a\n  examples:\n  - text: "x" # why\n',
        'nlu:\n- intent: a\n  examples:\n  - text: "new: #1" # why\n',
    ),
    "literal": (
        "nlu:\n- intent: a\n  examples:\n  - text: |\n      x\n    metadata: 1\n",
        "nlu:\n- intent: a\n  examples:\n  - text: |\n      new: #1\n    metadata: 1\n",
    ),
    "folded": (
        "nlu:\n- intent: a\n  examples:\n  - text: >-\n      x  \n\n  - text: z\n",
        "nlu:\n- intent: a\n  examples:\n  - text: >-\n      new: #1  \n\n  - text: z\n",
    ),
    "in brackets": (
        "nlu:\n- intent: a\n  examples:\n  - {text: x, metadata: 1}\n",
        'nlu:\n- intent: a\n  examples:\n  - {text: "new: #1", metadata: 1}\n',
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_example_is_changed_where_it_stands(name: str) -> None:
    before, after = CHANGES[name]
    assert edited(before, changed("x", "new: #1")) == after


@pytest.mark.parametrize("style", ["'x'", '"x"', "x"])
def test_quotes_are_written_as_the_style_needs_them(style: str) -> None:
    source = f"nlu:\n- intent: a\n  examples:\n  - text: {style}\n"
    for text in ("it's", 'say "x"', "50% # of \\ it", "${HOME}", "~", "1", "- y", "{a}"):
        edited(source, changed("x", text))


def test_entities_are_changed_with_the_text() -> None:
    source = "nlu:\n- intent: a\n  examples: |\n    - to [Rome](city) now\n"
    old = Example("to Rome now", "a", (Entity("city", 3, 7),))
    new = Example("to Oslo", "a", (Entity("city", 3, 7, "Oslo"), Entity("x", 0, 2, role="r")))
    after = edited(source, ChangeExample(old, new))
    assert after.endswith('    - [to]{"entity": "x", "role": "r"} [Oslo](city)\n')


LOOKUP = "nlu:\n- lookup: city\n  examples: |\n    - Rome\n    - Oslo\n" + B

VALUES = {
    "added to its block": (
        LOOKUP,
        AddValue("lookup", "city", "Köln"),
        LOOKUP.replace("    - Oslo\n", "    - Oslo\n    - Köln\n"),
    ),
    "a new lookup": (
        "nlu:\n" + B,
        AddValue("lookup", "city", "Rome"),
        "nlu:\n" + B + "- lookup: city\n  examples: |\n    - Rome\n",
    ),
    "a new expression": (
        "nlu:\n\n" + B + "\n" + B,
        AddValue("regex", "zip", r"[0-9]{5}"),
        "nlu:\n\n" + B + "\n" + B + "\n- regex: zip\n  examples: |\n    - [0-9]{5}\n",
    ),
    "a new synonym": (
        "nlu:\n" + B,
        AddValue("synonym", "New York", "NYC"),
        "nlu:\n" + B + '- synonym: "New York"\n  examples: |\n    - NYC\n',
    ),
    "another name is another block": (
        LOOKUP,
        AddValue("lookup", "town", "Rome"),
        LOOKUP.replace(B, "- lookup: town\n  examples: |\n    - Rome\n" + B),
    ),
    "taken out": (
        LOOKUP,
        RemoveValue("lookup", "city", "Rome"),
        LOOKUP.replace("    - Rome\n", ""),
    ),
    "the only one": (
        "nlu:\n- synonym: NYC\n  examples: |\n    - ny\n" + B,
        RemoveValue("synonym", "NYC", "ny"),
        "nlu:\n" + B,
    ),
}


@pytest.mark.parametrize("name", VALUES)
def test_values_come_and_go(name: str) -> None:
    before, operation, after = VALUES[name]
    assert edited(before, operation) == after


def test_several_operations_share_a_file() -> None:
    source = (
        "version: '3.0'\nintents: [a, b, d]\nnlu:\n"
        "- intent: a\n  examples: |\n    - x\n    - z\n\n" + B + "\n"
        "- intent: d\n  examples: |\n    - v\n\n- lookup: city\n  examples: |\n    - Rome\n"
    )
    operations = [
        AddExample(Example("more", "b")),
        SetVersion("3.1"),
        changed("x", "x2"),
        RenameIntent("a", "c"),
        AddExample(Example("more", "c")),
        gone("v", "d"),
        UnlistName("intents", "d"),
        ListName("intents", "e"),
        AddExample(Example("new", "e")),
        AddValue("lookup", "city", "Oslo"),
    ]
    after = edited(source, *operations)
    assert after == (
        "version: '3.1'\nintents: [c, b, e]\nnlu:\n"
        "- intent: c\n  examples: |\n    - x2\n    - z\n    - more\n\n"
        "- intent: b\n  examples: |\n    - y\n    - more\n\n"
        "- intent: e\n  examples: |\n    - new\n\n"
        "- lookup: city\n  examples: |\n    - Rome\n    - Oslo\n"
    )
    assert edited(source, *reversed(operations)) == after


def test_what_goes_is_what_stood_there_before() -> None:
    source = "nlu:\n- intent: a\n  examples: |\n    - x\n    - y\n"
    assert edited(source, changed("x", "y"), gone("y")) == source.replace(
        "    - x\n    - y\n", "    - y\n"
    )
    assert edited(source, gone("x"), gone("y"), AddExample(Example("x", "a"))) == source.replace(
        "    - y\n", ""
    )


@pytest.mark.slow
def test_a_lookup_table_of_megabytes_just_works() -> None:
    rows = "".join(f"    - street number {number}\n" for number in range(400_000))
    source = f"nlu:\n- lookup: street\n  examples: |\n{rows}{B}".encode()
    assert len(source) > 10_000_000
    after = edited(
        source,
        AddValue("lookup", "street", "avenue"),
        RemoveValue("lookup", "street", "street number 7"),
        AddExample(Example("z", "b")),
    )
    assert len(after) == len(source) + len("    - avenue\n    - z\n") - len(
        "    - street number 7\n"
    )
