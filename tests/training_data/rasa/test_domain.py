"""The domain's lists of intents and entities: read with places, extended in their own style."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al.errors import TrainingDataError, WriteRefusedError
from intent_al.training_data.dialects.operations import ListName
from intent_al.training_data.dialects.rasa.domain import read_domain, read_domain_sources
from intent_al.training_data.dialects.rasa.editing import edit, read_back

CASES = {
    "plain": ("intents:\n- a\n- b\n", "intents:\n- a\n- b\n- new\n"),
    "indented, with details": (
        "intents:\n  - a\n  - b:\n      use_entities: []\n\nslots: {}\n",
        "intents:\n  - a\n  - b:\n      use_entities: []\n  - new\n\nslots: {}\n",
    ),
    "comments stay": (
        "intents:\n- a # first\n# more to come\nslots: {}",
        "intents:\n- a # first\n- new\n# more to come\nslots: {}",
    ),
    "no final newline": ("slots: {}\nintents:\n- a", "slots: {}\nintents:\n- a\n- new"),
    "carriage returns": ("intents:\r\n- a\r\n", "intents:\r\n- a\r\n- new\r\n"),
    "flow": ("intents: [a, b ] # few\n", "intents: [a, b, new ] # few\n"),
    "empty flow": ("intents: []\n", "intents: [new]\n"),
    "nothing listed": ("intents:\nslots: {}\n", "intents:\n  - new\nslots: {}\n"),
    "no list": ("slots: {}\n", "slots: {}\n\nintents:\n  - new\n"),
}


@pytest.mark.parametrize("name", CASES)
def test_an_intent_is_added_in_the_style_of_the_list(name: str) -> None:
    before, after = CASES[name]
    found = edit(before.encode(), [ListName("intents", "new")], "domain.yml")
    assert found.after.decode() == after
    read_back.check(
        before.encode(),
        found.after,
        [ListName("intents", "new")],
        Path("domain.yml"),
        found.touched,
    )


def test_entities_are_added_with_it() -> None:
    source = b"entities: [city]\nintents:\n- a\n"
    wanted = [ListName("intents", "new"), ListName("entities", "no"), ListName("entities", "time")]
    assert edit(source, wanted).after == (b'entities: [city, "no", time]\nintents:\n- a\n- new\n')


def test_what_is_no_list_is_refused() -> None:
    with pytest.raises(WriteRefusedError, match="no list"):
        edit(b"intents: all\n", [ListName("intents", "new")])


def test_a_split_domain_is_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain" / "a.yml").write_text("intents:\n- a\n- b: {use_entities: true}\n")
    (tmp_path / "domain" / "b.yml").write_text(
        "entities:\n- time\n- city:\n    roles: [from, to]\n    groups:\n    - one\n"
    )
    (tmp_path / "domain" / "x.yml").write_text("stories: []\n")
    domain = read_domain([tmp_path / "domain"])
    assert {name: place.line for name, place in domain.intents.items()} == {"a": 2, "b": 3}
    assert list(domain.entities) == ["time", "city"]
    assert domain.roles["city"] == {"from", "to"}
    assert domain.groups["city"] == {"one"}
    assert [path.name for path in domain.files] == ["a.yml", "b.yml"]


@pytest.mark.parametrize("text", ["- a\n", "intents: a\n", "intents:\n- 1\n", "intents:\n- [a\n"])
def test_a_broken_domain_is_refused(text: str) -> None:
    with pytest.raises(TrainingDataError, match=r"domain\.yml"):
        read_domain_sources({Path("domain.yml"): text.encode()})
