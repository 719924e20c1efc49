"""A change of a whole project: where lines go, what waits, what is refused, what is shown."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

import pytest

from intent_al.errors import TrainingDataError, WriteRefusedError
from intent_al.records import Entity, Example
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.dialects.operations import ListName
from intent_al.training_data.dialects.rasa.nlu_yaml import read
from intent_al.training_data.repository.journal import commit
from tests.support.planning import plan

NLU = """\
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hey
    - hello
- intent: book
  examples: |
    - fly to [Rome](city)
"""
MORE = """\
nlu:
- intent: greet
  examples: |
    - morning
- synonym: LA
  examples: |
    - L.A.
"""
DOMAIN = "intents:\n- greet\n- book\nentities:\n- city\n"


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nlu.yml").write_text(NLU)
    (tmp_path / "data" / "more.yml").write_text(MORE)
    (tmp_path / "domain.yml").write_text(DOMAIN)
    return tmp_path


def planned(bot: Path, *additions: Example, **options: object) -> ChangeSet:
    changes = plan(
        [bot / "data"],
        additions,
        domain_paths=[bot / "domain.yml"],
        root=bot,
        **options,  # type: ignore[arg-type]
    )
    changes.verify()
    return changes


def sung(count: int) -> list[Example]:
    return [Example(f"sing number {number}", "sing") for number in range(count)]


def test_the_diff_shows_added_lines_only(bot: Path) -> None:
    changes = planned(bot, Example("good day", "greet"), Example("to Oslo", "book"))
    assert changes.diff() == (
        "--- a/data/nlu.yml\n"
        "+++ b/data/nlu.yml\n"
        "@@ -4,6 +4,8 @@\n"
        "   examples: |\n"
        "     - hey\n"
        "     - hello\n"
        "+    - good day\n"
        " - intent: book\n"
        "   examples: |\n"
        "     - fly to [Rome](city)\n"
        "+    - to Oslo\n"
    )
    assert [(one.status, one.path) for one in changes.planned] == [
        ("added", bot / "data" / "nlu.yml")
    ] * 2


def test_the_diff_is_the_one_of_difflib(tmp_path: Path) -> None:
    blocks = [f"- intent: i{n}\n  examples: |\n    - example {n}\n" for n in range(30)]
    (tmp_path / "nlu.yml").write_text("nlu:\n" + "".join(blocks))
    for chosen in ((0,), (29,), (3, 4, 5, 9, 20), range(30)):
        asked = [Example(f"new {n} {k}", f"i{n}") for n in chosen for k in range(n % 3 + 1)]
        changes = plan([tmp_path], asked, root=tmp_path)
        (change,) = changes.files
        assert change.before is not None
        assert changes.diff() == "".join(
            difflib.unified_diff(
                change.before.decode().splitlines(keepends=True),
                change.after.decode().splitlines(keepends=True),
                "a/nlu.yml",
                "b/nlu.yml",
            )
        )


def test_a_new_intent_waits_until_it_has_enough_examples(bot: Path) -> None:
    changes = planned(bot, *sung(7))
    assert not changes
    assert {one.reason for one in changes.staged} == {"the new intent has 7 of 8 examples"}
    changes = planned(bot, *sung(8))
    assert changes.new_intents == ("sing",)
    assert [change.path.name for change in changes.files] == ["nlu.yml", "domain.yml"]
    assert "+- intent: sing\n" in changes.diff()
    assert "+- sing\n" in changes.diff()
    assert changes.notes == ("the new intent sing needs a rule or story before the bot acts on it",)


def test_copies_do_not_count_towards_a_new_intent(bot: Path) -> None:
    changes = planned(bot, *sung(7), Example("sing  number 1", "sing"))
    assert [one.status for one in changes.planned] == ["staged"] * 7 + ["present"]


def test_a_new_intent_goes_where_the_caller_says(bot: Path) -> None:
    changes = planned(bot, *sung(8), new_intent_file=bot / "data" / "refined" / "nlu.yml")
    assert "--- /dev/null\n+++ b/data/refined/nlu.yml\n" in changes.diff()
    commit(changes, bot / ".journal")
    assert "sing" in read([bot / "data"]).intents()


def test_a_retrieval_intent_is_listed_by_its_base(bot: Path) -> None:
    asked = [Example(f"when {number}", "faq/hours") for number in range(8)]
    changes = planned(bot, *asked)
    assert changes.files[1].operations == (ListName("intents", "faq"),)
    assert changes.notes == ("the retrieval intent faq/hours needs a response utter_faq/hours",)


def test_what_stands_there_already_is_not_added_again(bot: Path) -> None:
    changes = planned(bot, Example(" hey\n", "greet"), Example("fly to Rome", "book"))
    assert [one.status for one in changes.planned] == ["present", "present"]
    assert changes.present[0].reason == f"stands at {bot / 'data' / 'nlu.yml'}:5"


def test_the_same_text_with_another_label_is_a_conflict(bot: Path) -> None:
    asked = (
        Example("hey", "book"),
        Example("fly to Rome", "book", (Entity("place", 7, 11),)),
    )
    changes = planned(bot, *asked)
    assert [one.status for one in changes.conflicts] == ["added", "added"]
    assert [str(one.conflict).rpartition(":")[2] for one in changes.conflicts] == ["5", "9"]
    assert "as greet" in changes.conflicts[0].reason


def test_hostile_texts_are_refused_one_by_one(bot: Path) -> None:
    changes = planned(
        bot,
        Example("[x](y)", "greet"),
        Example("hi\n- intent: evil", "greet"),
        Example("good day", "a/b/c"),
    )
    assert [one.status for one in changes.planned] == ["refused", "added", "refused"]
    assert changes.diff().count("\n+    ") == 1


def test_a_value_may_not_overrule_a_synonym(bot: Path) -> None:
    asked = [
        Example("fly to L.A.", "book", (Entity("city", 7, 11, "Los Angeles"),)),
        Example("fly to Big Apple", "book", (Entity("city", 7, 16, "NYC"),)),
        Example("see Big Apple", "book", (Entity("city", 4, 13, "Apple Inc"),)),
    ]
    changes = planned(bot, *asked)
    assert [one.status for one in changes.planned] == ["refused", "added", "refused"]
    assert "synonym of 'LA'" in changes.planned[0].reason


def test_unknown_entities_and_roles_are_dealt_with(bot: Path) -> None:
    entities = (Entity("time", 5, 8), Entity("city", 12, 16, role="to"))
    changes = planned(bot, Example("book now to Oslo", "book", entities))
    assert changes.files[1].operations == (ListName("entities", "time"),)
    assert changes.notes == ("the role to of city is not listed in the domain",)


def test_a_file_may_hold_nlu_and_domain(tmp_path: Path) -> None:
    file = tmp_path / "all.yml"
    file.write_text(DOMAIN + NLU)
    changes = plan([file], sung(8), domain_paths=[file], root=tmp_path)
    changes.verify()
    assert len(changes.files) == 1
    assert "+- sing\n" in changes.diff()
    assert "+- intent: sing\n" in changes.diff()


def test_no_training_data_is_said(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="no file with an 'nlu:' key"):
        plan([tmp_path], [])


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("    - hey\n", "", "would change"),
        ("    - hey\n", "    - hey\n    - smuggled\n", "not meant"),
        ("    - hey\n", "    - hey\n    # smuggled\n", "skipped"),
        ("    - good day\n", "", "not be read back"),
        ("- intent: book", "- synonym: hay\n  examples: |\n    - hey\n- intent: book", "synonym"),
        ("- intent: book", "- regex: x\n  examples: |\n    - y\n- intent: book", "the regex x"),
        (
            "- intent: book",
            "- lookup: x\n  examples: |\n    - y\n- intent: book",
            "the lookup x",
        ),
        ("version:", "rules: []\nversion:", "rules"),
        ("    - good day\n", "    - [foo]{bar}\n", "not be readable"),
    ],
)
def test_anything_unintended_is_found_before_writing(
    bot: Path, old: str, new: str, word: str
) -> None:
    changes = planned(bot, Example("good day", "greet"))
    (change,) = changes.files
    spoilt = change.after.decode().replace(old, new).encode()
    assert spoilt != change.after
    broken = replace(changes, files=(replace(change, after=spoilt),))
    with pytest.raises(WriteRefusedError, match=word):
        broken.verify()
    with pytest.raises(WriteRefusedError, match=word):
        commit(broken, bot / ".journal")
    assert (bot / "data" / "nlu.yml").read_text() == NLU


def test_an_unintended_intent_in_the_domain_is_found(bot: Path) -> None:
    changes = planned(bot, *sung(8))
    spoilt = replace(changes.files[1], after=changes.files[1].after + b"")
    spoilt = replace(spoilt, after=spoilt.after.replace(b"- sing\n", b"- sing\n- evil\n"))
    with pytest.raises(WriteRefusedError, match="list of intents"):
        replace(changes, files=(changes.files[0], spoilt)).verify()
