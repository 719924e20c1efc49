"""Renaming, merging and splitting intents, wherever a bot names them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from intent_al.demo import find_example_bot
from intent_al.errors import UsageError, WriteRefusedError
from intent_al.records import Entity, Example
from intent_al.training_data import bot_files
from intent_al.training_data.bot_files import BotFiles
from intent_al.training_data.changes import refactor
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.dialects.operations import RenameIntent
from intent_al.training_data.dialects.rasa.editing.names import renamed
from intent_al.training_data.dialects.rasa.yaml_nodes import compose
from intent_al.training_data.repository.journal import commit
from tests.support.planning import RASA

NLU = """\
nlu:
- intent: ask   # the old one
  examples: |
    - what is it
    - tell  me
- intent: 'say'
  examples: |
    - it is [late](time)
    - what is it
- intent: faq/hours
  examples: |
    - open when
- synonym: late
  examples: |
    - tardy
"""
DOMAIN = """\
intents:
- say
- ask:
    use_entities: [time]
- faq
entities: [time]
slots:
  topic:
    type: text
    mappings:
    - type: from_intent
      intent: [ask, say]
      value: x
forms:
  order:
    ignored_intents: [ask]
    required_slots: [topic]
actions:
- utter_faq
responses:
  utter_faq/hours:
  - text: nine to five
  utter_help:
  - text: ask
    buttons:
    - title: ask
      payload: /ask
    - title: more
      payload: '/ask{"topic": "ask"}'
"""
STORIES = """\
stories:
- story: ask
  steps:
  - intent: ask
    entities:
    - intent: ask
  - slot_was_set:
    - intent: ask
  - action: utter_faq
  - or:
    - intent: ask
    - intent: faq
rules:
- rule: answers
  steps:
  - intent: faq
  - action: utter_faq
"""
CONFIG = "pipeline:\n- name: ResponseSelector\n  retrieval_intent: faq\n"


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    root = tmp_path / "bot"
    (root / "data").mkdir(parents=True)
    for name, text in (
        ("data/nlu.yml", NLU),
        ("domain.yml", DOMAIN),
        ("data/stories.yml", STORIES),
        ("config.yml", CONFIG),
    ):
        (root / name).write_text(text)
    return root


def load(root: Path) -> BotFiles:
    return bot_files.load(RASA, [root / "data"], [root / "domain.yml"], [root])


def write(root: Path, change: ChangeSet) -> dict[str, tuple[list[str], list[str]]]:
    """What went and what came, by file."""
    change.verify()
    commit(change, root / ".journal")
    found = {}
    for file in change.files:
        old, new = ((file.before or b"").decode(), (file.after or b"").decode())
        was, now = old.splitlines(), new.splitlines()
        found[file.path.name] = (
            [line.strip() for line in was if line not in now],
            [line.strip() for line in now if line not in was],
        )
    return found


def test_a_new_name_reaches_every_place_and_no_other(bot: Path) -> None:
    found = write(bot, refactor.rename(load(bot), bot, "ask", "question"))
    assert found.keys() == {"nlu.yml", "domain.yml", "stories.yml"}
    assert found["nlu.yml"] == (
        ["- intent: ask   # the old one"],
        ["- intent: question   # the old one"],
    )
    assert found["domain.yml"] == (
        [
            "- ask:",
            "intent: [ask, say]",
            "ignored_intents: [ask]",
            "payload: /ask",
            'payload: \'/ask{"topic": "ask"}\'',
        ],
        [
            "- question:",
            "intent: [question, say]",
            "ignored_intents: [question]",
            "payload: /question",
            'payload: \'/question{"topic": "ask"}\'',
        ],
    )
    stories = (bot / "data" / "stories.yml").read_text()
    assert stories.count("intent: question") == 2
    assert stories.count("intent: ask") == 2  # a slot and an entity of that name
    assert "- story: ask" in stories


def test_tests_in_json_lines_are_renamed_line_by_line(bot: Path) -> None:
    tests = bot / "held_out.jsonl"
    lines = (
        '{"text": "ask", "intent":"ask", "n": 1.50}\r\n\n'
        '{"intent": "say", "text": "\\"intent\\": \\"ask\\""}\n{"text":"x","intent": "ask"}'
    )
    tests.write_bytes(lines.encode())
    files = bot_files.load(RASA, [bot / "data"], [bot / "domain.yml"], [tests])
    write(bot, refactor.rename(files, bot, "ask", "quest"))
    assert tests.read_bytes().decode() == lines.replace(
        '"intent":"ask"', '"intent":"quest"'
    ).replace('"intent": "ask"}', '"intent": "quest"}')
    tests.write_bytes(b'{"text": "x", "meta": {"intent": "no"}, "intent": "quest"}\n')
    files = bot_files.load(RASA, [bot / "data"], [bot / "domain.yml"], [tests])
    with pytest.raises(WriteRefusedError, match=r"held_out\.jsonl:1: .*by hand"):
        refactor.rename(files, bot, "quest", "ask")


def test_a_retrieval_intent_takes_its_answers_and_its_action_along(bot: Path) -> None:
    write(bot, refactor.rename(load(bot), bot, "faq", "info"))
    for name, words in (
        ("data/nlu.yml", ["- intent: info/hours"]),
        ("domain.yml", ["- info\n", "- utter_info\n", "  utter_info/hours:"]),
        ("data/stories.yml", ["- intent: info\n", "- action: utter_info\n"]),
        ("config.yml", ["retrieval_intent: info"]),
    ):
        text = (bot / name).read_text()
        assert "faq" not in text
        assert all(word in text for word in words), name


def test_a_part_of_a_retrieval_intent_is_renamed_with_its_answer(bot: Path) -> None:
    write(bot, refactor.rename(load(bot), bot, "faq/hours", "faq/opening"))
    assert "utter_faq/opening:" in (bot / "domain.yml").read_text()
    assert "- intent: faq/opening" in (bot / "data" / "nlu.yml").read_text()
    assert "- faq\n" in (bot / "domain.yml").read_text()


def test_merging_leaves_one_entry_in_the_domain(bot: Path) -> None:
    change = refactor.merge(load(bot), bot, "ask", "say")
    write(bot, change)
    domain = (bot / "domain.yml").read_text()
    assert domain.startswith("intents:\n- say\n- faq\n")
    assert "intent: [say, say]" in domain
    assert any("1 texts stand under both" in note for note in change.notes)
    assert any("rasa data validate" in note for note in change.notes)
    assert {one.example.intent for one in load(bot).data.examples} == {"say", "faq/hours"}


def test_splitting_moves_the_texts_as_they_were_written(bot: Path) -> None:
    change = refactor.split(load(bot), bot, ["tell me"], "ask", "demand")
    write(bot, change)
    assert (
        "- intent: demand\n  examples: |\n    - tell  me\n"
        in (bot / "data" / "nlu.yml").read_text()
    )
    assert "- demand\n" in (bot / "domain.yml").read_text()
    assert any("rule or story" in note for note in change.notes)


def test_a_text_under_two_intents_has_to_be_told_apart(bot: Path) -> None:
    with pytest.raises(UsageError, match="stands under ask, say: say which"):
        refactor.move(load(bot), bot, ["what is it"], "faq/hours")
    write(bot, refactor.move(load(bot), bot, ["what is it"], "say", source="ask"))
    assert [one.example.text for one in load(bot).data.examples].count("what is it") == 1


def test_annotations_change_in_place(bot: Path) -> None:
    example = Example("it is late", "say", (Entity("time", 3, 10),))
    write(bot, refactor.annotate(load(bot), bot, example))
    assert "    - it [is late](time)\n" in (bot / "data" / "nlu.yml").read_text()
    write(bot, refactor.annotate(load(bot), bot, Example("it is late", "")))
    assert "    - it is late\n" in (bot / "data" / "nlu.yml").read_text()


def test_deleting_the_last_example_deletes_the_block_and_says_so(bot: Path) -> None:
    change = refactor.delete(load(bot), bot, ["open when"])
    write(bot, change)
    assert "faq" not in (bot / "data" / "nlu.yml").read_text()
    assert change.notes == (
        "the intent faq/hours has no examples any more; it stays in the domain",
    )


def test_synonyms_go_to_their_block_or_a_new_one(bot: Path) -> None:
    write(bot, refactor.add_synonyms(load(bot), bot, "late", ["overdue", "tardy", "too  late"]))
    write(bot, refactor.add_synonyms(load(bot), bot, "noon", ["midday"]))
    text = (bot / "data" / "nlu.yml").read_text()
    assert "    - tardy\n    - overdue\n    - too late\n- synonym: noon\n" in text
    assert text.endswith("  examples: |\n    - midday\n")


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        (lambda f, r: refactor.rename(f, r, "nope", "x"), "no file names"),
        (lambda f, r: refactor.rename(f, r, "ask", "say"), "exists already"),
        (lambda f, r: refactor.rename(f, r, "ask", "ask"), "exists already"),
        (lambda f, r: refactor.rename(f, r, "ask", "a/b/c"), "more than one '/'"),
        (lambda f, r: refactor.rename(f, r, "ask", "a\n- intent: b"), "cannot keep"),
        (lambda f, r: refactor.rename(f, r, "ask", "faq/ask"), "an intent of its own"),
        (lambda f, r: refactor.merge(f, r, "ask", "nope"), "no intent 'nope'"),
        (lambda f, r: refactor.split(f, r, ["tell me"], "ask", "say"), "exists already"),
        (lambda f, r: refactor.move(f, r, ["never said"], "say"), "does not stand"),
        (lambda f, r: refactor.add_synonyms(f, r, "early", ["tardy"]), "synonym of 'late'"),
        (lambda f, r: refactor.add_synonyms(f, r, "x", ["[a](b)"]), "entity annotation"),
        (lambda f, r: refactor.add(f, r, [Example("/greet", "say")]), "starts with '/'"),
    ],
)
def test_what_cannot_be_meant_is_said(bot: Path, plan: object, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        plan(load(bot), bot)  # type: ignore[operator]


def test_code_that_names_it_is_pointed_at(bot: Path) -> None:
    (bot / "actions").mkdir()
    (bot / "actions" / "actions.py").write_text("# asks\nif intent == 'ask':\n    pass\n")
    change = refactor.rename(load(bot), bot, "ask", "question")
    assert change.notes == ("actions/actions.py:2 names ask too: change it there",)


def test_a_name_behind_an_anchor_is_refused_with_its_line(bot: Path) -> None:
    stories = bot / "data" / "stories.yml"
    stories.write_text(STORIES.replace("  - intent: ask\n", "  - intent: &a ask\n", 1))
    state = {path: path.read_bytes() for path in bot.rglob("*.yml")}
    with pytest.raises(WriteRefusedError, match=r"stories\.yml:4: .*anchor"):
        refactor.rename(load(bot), bot, "ask", "question")
    assert {path: path.read_bytes() for path in bot.rglob("*.yml")} == state


@pytest.mark.slow
def test_every_intent_of_the_example_bot_can_be_renamed(tmp_path: Path) -> None:
    bot = tmp_path / "bot"
    shutil.copytree(
        find_example_bot(), bot, ignore=shutil.ignore_patterns("recording", "*.db", "models")
    )
    names = dict.fromkeys(intent.partition("/")[0] for intent in load(bot).data.intents())
    assert len(names) > 25
    for name in names:
        files = load(bot)
        change = refactor.rename(files, bot, name, f"{name}_renamed")
        change.verify()
        for file in change.files:
            root = compose((file.after or b"").decode(), file.path)
            assert not renamed(root, RenameIntent(name, "x")), (name, file.path)
