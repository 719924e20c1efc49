"""Operations on what stands around the examples: names in the domain, and the version."""

from __future__ import annotations

import pytest

from intent_al.training_data.dialects.operations import ListName, SetVersion, UnlistName
from tests.support.rasa_data.editing import edited

LISTS = {
    "one of several": ("intents:\n- a\n- b\nslots: {}\n", "intents:\n- b\nslots: {}\n"),
    "indented, the last one, without a line break": ("intents:\n  - b\n  - a", "intents:\n  - b"),
    "with its details and comment": (
        "intents:\n- b\n- a: # why\n    use_entities:\n    - city\n\n# entities\nentities: []\n",
        "intents:\n- b\n\n# entities\nentities: []\n",
    ),
    "the only one leaves an empty list": (
        "intents: # ours\n- a\nslots: {}\n",
        "intents: [] # ours\nslots: {}\n",
    ),
    "in brackets, first": ("intents: [a, b, c] # x\n", "intents: [b, c] # x\n"),
    "in brackets, between": ("intents: [c, a, b]\n", "intents: [c, b]\n"),
    "in brackets, last": ("intents: [b, c, a]\n", "intents: [b, c]\n"),
    "in brackets, last with a comma": ("intents: [b, a,]\n", "intents: [b,]\n"),
    "in brackets, only": ("intents: [ a, ]\n", "intents: []\n"),
    "in brackets, with details": ("intents: [b, a: {use_entities: []}]\n", "intents: [b]\n"),
    "in quotes": ("intents:\n- 'a'\n- b\n", "intents:\n- b\n"),
    "a dash that stands alone": ("intents:\n-\n  a\n- b\n", "intents:\n- b\n"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_name_is_taken_out_of_the_domain(name: str) -> None:
    before, after = LISTS[name]
    assert edited(before, UnlistName("intents", "a")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("intents:\n- a\n- b\n", "intents:\n- new\n"),
        ("intents: [a, b]\n", "intents: [new]\n"),
        ("intents:\n- a\n- b\n- c\n", "intents:\n- c\n- new\n"),
        ("intents: [a, c, b]\n", "intents: [c, new]\n"),
        ("intents: [c, a, b]\n", "intents: [c, new]\n"),
    ],
)
def test_names_come_and_go_at_once(before: str, after: str) -> None:
    operations = [
        UnlistName("intents", "a"),
        UnlistName("intents", "b"),
        ListName("intents", "new"),
    ]
    assert edited(before, *operations) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("intents: ~\nslots: {}\n", "intents: \n  - new\nslots: {}\n"),
        ("slots: {}\n...\n", "slots: {}\n\nintents:\n  - new\n...\n"),
        ("  slots: {}\n", "  slots: {}\n\n  intents:\n    - new\n"),
        ("intents: [\n  a,\n  b\n]\n", "intents: [\n  a,\n  b, new\n]\n"),
    ],
)
def test_a_name_is_added_whatever_the_layout(before: str, after: str) -> None:
    assert edited(before, ListName("intents", "new")) == after


VERSIONS = {
    "double quotes": ('version: "2.0" # old\nnlu: []\n', 'version: "3.1" # old\nnlu: []\n'),
    "single quotes": ("version: '2.0'\nnlu: []\n", "version: '3.1'\nnlu: []\n"),
    "a number": ("version: 3.1\nnlu: []\n", 'version: "3.1"\nnlu: []\n'),
    "nothing": ("version: # which?\nnlu: []\n", 'version: "3.1" # which?\nnlu: []\n'),
    "no such line": ("nlu: []\n", 'version: "3.1"\nnlu: []\n'),
    "below comments and the start of the document": (
        "# my bot\n---\n# training data\nnlu: []\n",
        '# my bot\n---\n# training data\nversion: "3.1"\nnlu: []\n',
    ),
    "an indented file": ("  nlu: []\n", '  version: "3.1"\n  nlu: []\n'),
    "carriage returns, a byte-order mark": (
        "\ufeffnlu: []\r\n",
        '\ufeffversion: "3.1"\r\nnlu: []\r\n',
    ),
    "at the end": ("nlu: []\nversion: '3.0'", "nlu: []\nversion: '3.1'"),
    "from the future": ('version: "4.0"\nnlu: []\n', 'version: "3.1"\nnlu: []\n'),
    "an empty file": ("", 'version: "3.1"\n'),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_the_version_is_set(name: str) -> None:
    before, after = VERSIONS[name]
    assert edited(before, SetVersion("3.1")) == after
