"""An intent gets another name wherever a bot's files name it, and nowhere else."""

from __future__ import annotations

import pytest

from intent_al.errors import WriteRefusedError
from intent_al.records import Example
from intent_al.training_data.dialects.operations import (
    AddExample,
    ChangeExample,
    ListName,
    RemoveExample,
    RenameIntent,
    UnlistName,
)
from tests.support.rasa_data.editing import edited

RENAMED = {
    "blocks, however quoted": (
        "nlu:\n- intent: old\n  examples: |\n    - old\n- intent: 'old' # old\n"
        '- intent: "old"\n  examples:\n  - text: old\n- intent: older\n- synonym: old\n'
        "  examples: |\n    - old\n",
        "nlu:\n- intent: new\n  examples: |\n    - old\n- intent: 'new' # old\n"
        '- intent: "new"\n  examples:\n  - text: old\n- intent: older\n- synonym: old\n'
        "  examples: |\n    - old\n",
    ),
    "the domain, with details": (
        "intents:\n  - old:\n      use_entities: [old]\n  - other\nentities:\n- old\n- intent\n",
        "intents:\n  - new:\n      use_entities: [old]\n  - other\nentities:\n- old\n- intent\n",
    ),
    "the domain in brackets": ("intents: [a, old, b]\n", "intents: [a, new, b]\n"),
    "stories, rules and tests": (
        "stories:\n- story: old\n  steps:\n  - intent: old\n    entities:\n    - intent: old\n"
        "  - action: old\n  - or:\n    - intent: old\n    - intent: b\n  - slot_was_set:\n"
        "    - intent: old\n  - checkpoint: old\n"
        "rules:\n- rule: old\n  condition:\n  - slot_was_set:\n    - intent: old\n  steps:\n"
        "  - intent: old\n  - action: utter_old\n  metadata: {intent: old}\n"
        "e2e_tests:\n- story: t\n  steps:\n  - user: |\n      old\n    intent: old\n",
        "stories:\n- story: old\n  steps:\n  - intent: new\n    entities:\n    - intent: old\n"
        "  - action: old\n  - or:\n    - intent: new\n    - intent: b\n  - slot_was_set:\n"
        "    - intent: old\n  - checkpoint: old\n"
        "rules:\n- rule: old\n  condition:\n  - slot_was_set:\n    - intent: old\n  steps:\n"
        "  - intent: new\n  - action: utter_old\n  metadata: {intent: old}\n"
        "e2e_tests:\n- story: t\n  steps:\n  - user: |\n      old\n    intent: new\n",
    ),
    "slots and forms": (
        "slots:\n  old:\n    type: text\n    mappings:\n    - type: from_intent\n"
        "      intent: old\n      value: old\n    - type: from_entity\n"
        "      not_intent: [b, old]\n      entity: old\n"
        "forms:\n  old:\n    ignored_intents:\n    - old\n    - b\n"
        "    required_slots: [old]\n  two:\n    ignored_intents: old\n",
        "slots:\n  old:\n    type: text\n    mappings:\n    - type: from_intent\n"
        "      intent: new\n      value: old\n    - type: from_entity\n"
        "      not_intent: [b, new]\n      entity: old\n"
        "forms:\n  old:\n    ignored_intents:\n    - new\n    - b\n"
        "    required_slots: [old]\n  two:\n    ignored_intents: new\n",
    ),
    "buttons": (
        "responses:\n  utter_old:\n  - text: old\n    buttons:\n    - title: old\n"
        '      payload: /old{"city":"old"}\n    - payload: "/old"\n    - payload: \'/old@1.0{}\'\n'
        "    - payload: old\n    - payload: /older\n",
        "responses:\n  utter_old:\n  - text: old\n    buttons:\n    - title: old\n"
        '      payload: /new{"city":"old"}\n    - payload: "/new"\n    - payload: \'/new@1.0{}\'\n'
        "    - payload: old\n    - payload: /older\n",
    ),
    "a base takes its intents along": (
        "nlu:\n- intent: old/a\n  examples: |\n    - x\n- intent: old/b\n"
        "responses:\n  utter_old/a:\n  - text: x\n  'utter_old/b':\n  - text: y\n  utter_older/b:\n"
        "  - text: z\nstories:\n- story: s\n  steps:\n  - intent: old\n  - action: utter_old\n"
        "  - intent: old/a\n  - action: utter_old/a\nactions:\n- utter_old\n- action_old\n"
        "pipeline:\n- name: ResponseSelector\n  retrieval_intent: old\nintents: [old]\n",
        "nlu:\n- intent: new/a\n  examples: |\n    - x\n- intent: new/b\n"
        "responses:\n  utter_new/a:\n  - text: x\n  'utter_new/b':\n  - text: y\n  utter_older/b:\n"
        "  - text: z\nstories:\n- story: s\n  steps:\n  - intent: new\n  - action: utter_new\n"
        "  - intent: new/a\n  - action: utter_old/a\nactions:\n- utter_new\n- action_old\n"
        "pipeline:\n- name: ResponseSelector\n  retrieval_intent: new\nintents: [new]\n",
    ),
}


@pytest.mark.parametrize("name", RENAMED)
def test_an_intent_is_renamed(name: str) -> None:
    before, after = RENAMED[name]
    assert edited(before, RenameIntent("old", "new", retrieval="base" in name)) == after


def test_one_intent_of_a_base_is_renamed() -> None:
    source = "nlu:\n- intent: faq/old\n- intent: faq/b\nresponses:\n  utter_faq/old:\n  - text: x\n"
    after = edited(source, RenameIntent("faq/old", "faq/new", retrieval=True))
    assert after == source.replace("faq/old", "faq/new")


def test_a_name_is_quoted_where_it_has_to_be() -> None:
    source = (
        "nlu:\n- intent: old\n- intent: 'old'\nresponses:\n  utter_x:\n  - text: x\n    buttons:\n"
        "    - payload: /old\n"
    )
    for name in ("no", "it's", "a: b", "10", "neu größer", '"', "\\", "#", "null", "1e3"):
        edited(source, RenameIntent("old", name))
    assert edited("nlu:\n- intent: old\n", RenameIntent("old", "no")) == 'nlu:\n- intent: "no"\n'


def test_a_file_that_does_not_name_it_stays() -> None:
    source = "nlu:\n- intent: a\n"
    assert edited(source, RenameIntent("old", "new")) == source
    assert edited(source, RenameIntent("a", "a")) == source


def test_examples_come_and_go_while_their_intent_is_renamed() -> None:
    source = "nlu:\n- intent: old\n  examples: |\n    - x\n    - y\n    - z\n"
    operations = [
        RenameIntent("old", "new"),
        RemoveExample(Example("x", "old")),
        ChangeExample(Example("y", "old"), Example("y2", "old")),
        AddExample(Example("w", "new")),
    ]
    after = "nlu:\n- intent: new\n  examples: |\n    - y2\n    - z\n    - w\n"
    assert edited(source, *operations) == after
    assert edited(source, *reversed(operations)) == after


def test_an_intent_is_merged_into_another() -> None:
    source = "intents:\n- old\n- new\nnlu:\n- intent: old\n  examples: |\n    - x\n- intent: new\n"
    with pytest.raises(WriteRefusedError, match="lists new already") as caught:
        edited(source, RenameIntent("old", "new"))
    assert caught.value.line == 2
    after = edited(source, RenameIntent("old", "new"), UnlistName("intents", "old"))
    assert after == source.replace("- old\n", "", 1).replace("old", "new")


@pytest.mark.parametrize(
    ("source", "new", "word", "line"),
    [
        ("nlu:\n- intent: &a old\n- intent: *a\n", "new", "anchor", 2),
        ("nlu:\n- intent: !!str old\n", "new", "tag", 2),
        ("nlu:\n- intent: |-\n    old\n", "new", "several lines", 2),
        ("intents: [old]\n", "a\nb", "characters", None),
        ("intents: [old]\n", "a/b/c", "more than one", None),
        ("intents: [old]\n", "", "empty", None),
        ("responses:\n  utter_a:\n  - custom: {payload: /old}\n", "{b", "payload", 3),
        ("responses:\n  utter_old/a:\n  - text: x\n  utter_new/a: []\n", "new", "twice", None),
    ],
)
def test_a_name_that_cannot_be_replaced_is_said(
    source: str, new: str, word: str, line: int | None
) -> None:
    with pytest.raises(WriteRefusedError, match=word) as caught:
        edited(source, RenameIntent("old", new))
    assert caught.value.line == line or line is None


def test_renames_do_not_chain() -> None:
    with pytest.raises(WriteRefusedError, match="one after the other"):
        edited("intents: [a, b]\n", RenameIntent("a", "b"), RenameIntent("b", "c"))
    with pytest.raises(WriteRefusedError, match="twice"):
        edited("intents: [a, b]\n", RenameIntent("a", "c"), ListName("intents", "c"))
    with pytest.raises(WriteRefusedError, match="under its new name"):
        edited("nlu:\n- intent: a\n", RenameIntent("a", "b"), AddExample(Example("x", "a")))
