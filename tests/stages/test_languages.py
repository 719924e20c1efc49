"""A log in several languages and over several channels, from the first pull to the bot's files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from intent_al import steps
from intent_al.project.config import find_project
from intent_al.stages import review, score
from intent_al.stages.review.answers import read_answers
from intent_al.stages.select.by_hand import pick
from intent_al.store import Store, decisions, forgetting, queue
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.workspace import Workspace
from tests.support import small_bot

COLUMNS = ("conversation_id", "message_id", "text", "language", "channel", "intent_ranking")
GIFT, CANCEL = "gift", "cancel_order"
ENGLISH = '{"refund_status": 0.6}'
LOG = [
    ("anna", "1", GIFT, "de_DE", "whatsapp", '{"greet": 0.75, "cancel_order": 0.25}'),
    ("ben", "2", GIFT, "en-GB", "web", ENGLISH),
    ("carl", "3", GIFT, "EN", "web", ENGLISH),
    ("dora", "4", "stop that order now", "", "", ""),
    ("emil", "5", "drop it all", "???", "web", ""),
]


def write(path: Path, *rows: tuple[str, ...], columns: tuple[str, ...] = COLUMNS) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def project(folder: Path, *, language: str = "en") -> Path:
    bot = small_bot.make(folder / "bot", ())
    write(bot / "chat.csv", *LOG)
    with (bot / "intent-al.toml").open("a") as file:
        file.write(
            f'\n[bot]\nlanguage = "{language}"\n'
            '\n[source.chat]\nconnector = "delimited"\npath = "chat.csv"\n'
        )
    return bot


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return project(tmp_path)


@pytest.fixture
def workspace(bot: Path) -> Iterator[Workspace]:
    with Workspace(find_project(bot)) as opened:
        steps.pull(opened)
        yield opened


def utterances(store: Store) -> dict[tuple[str, str], tuple[int, int]]:
    rows = store.query("SELECT text, language, said, senders FROM utterance")
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def ask_both(workspace: Workspace) -> dict[str, int]:
    """Items of the word in both languages, by language."""
    store = workspace.store
    steps.predict(workspace)
    ids = [one.id for one in queue.candidates(store, workspace.bot) if one.text == GIFT]
    assert pick(store, ids, reason="why", now=1.0) == 2
    return {item.language: item.id for item in queue.open_items(store)}


def answer(workspace: Workspace, path: Path, *records: dict[str, str]) -> int:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    known = read_answers(path, workspace.masker)
    return review.answer(workspace.store, known, reviewer="kim").decided


def test_a_text_in_two_languages_is_two_utterances(workspace: Workspace) -> None:
    assert utterances(workspace.store) == {
        (GIFT, "de"): (1, 1),
        (GIFT, "en"): (2, 2),
        ("stop that order now", "en"): (1, 1),
        ("drop it all", "en"): (1, 1),
    }


def test_a_language_that_nobody_names_is_undetermined(tmp_path: Path) -> None:
    with Workspace(find_project(project(tmp_path, language="und"))) as workspace:
        steps.pull(workspace)
        assert utterances(workspace.store)["drop it all", "und"] == (1, 1)
        assert utterances(workspace.store)[GIFT, "de"] == (1, 1)


def test_what_comes_again_with_a_language_stays_as_it_was(workspace: Workspace, bot: Path) -> None:
    before = utterances(workspace.store)
    with workspace.store.write() as connection:
        connection.execute("DELETE FROM cursor")
    assert steps.pull(workspace).events == 0
    # the same messages from an export that has been given languages since: other rows, old turns
    write(bot / "chat.csv", *((*row[:3], "fr", *row[4:]) for row in LOG))
    report = steps.pull(workspace)
    assert (report.events, report.turns) == (len(LOG), 0)
    assert utterances(workspace.store) == before


def test_a_word_is_asked_once_whatever_its_languages(workspace: Workspace) -> None:
    steps.predict(workspace)
    report = steps.select(workspace)
    shown = [item for item in queue.open_items(workspace.store) if item.text == GIFT]
    strategic = [item for item in shown if item.quota != "audit"]
    assert len(strategic) == 1
    assert strategic[0].language == "en", "which more people say"
    assert report.left_out["near duplicate"] == 1
    assert all(GIFT not in item.spellings for item in report.items)


def test_both_can_be_decided_alike_and_are_learned_once(
    workspace: Workspace, bot: Path, tmp_path: Path
) -> None:
    ask_both(workspace)
    assert answer(workspace, tmp_path / "a.jsonl", {"text": GIFT, "intent": CANCEL}) == 2
    report = steps.apply(workspace)
    assert (report.added, report.present) == ({CANCEL: 1}, 1)
    found = [one.example for one in nlu_yaml.read([bot / "data"]).examples]
    assert [one.intent for one in found if one.text == GIFT] == [CANCEL]
    assert not steps.apply(workspace).written


def test_both_can_be_decided_otherwise_which_apply_calls_a_conflict(
    workspace: Workspace, tmp_path: Path
) -> None:
    items = ask_both(workspace)
    decided = answer(
        workspace,
        tmp_path / "a.jsonl",
        {"text": GIFT, "intent": "greet", "language": "de-AT"},
        {"text": GIFT, "intent": CANCEL, "language": "en"},
    )
    assert decided == len(items) == 2
    found = decisions.answered(workspace.store, workspace.bot)
    assert {(one.language, one.channel, one.intent) for one in found} == {
        ("de", "whatsapp", "greet"),
        ("en", "web", CANCEL),
    }
    report = steps.apply(workspace)
    assert [(one.text, one.reason) for one in report.conflicts] == [
        (GIFT, f"was decided as greet and as {CANCEL}")
    ]


@pytest.mark.parametrize(("language", "decided"), [("fr", 0), ("de", 1), ("und", 2), ("", 2)])
def test_an_answer_in_a_language_is_for_that_language(
    workspace: Workspace, tmp_path: Path, language: str, decided: int
) -> None:
    ask_both(workspace)
    record = {"text": GIFT, "intent": "greet", "language": language}
    assert answer(workspace, tmp_path / "a.jsonl", record) == decided


def test_an_answer_in_a_language_is_for_texts_in_no_known_one_too(tmp_path: Path) -> None:
    """Such as those of the same log, read before its languages were."""
    bot = project(tmp_path, language="und")
    write(bot / "chat.csv", *(row[:3] for row in LOG), columns=COLUMNS[:3])
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        steps.select(workspace)
        record = {"text": GIFT, "intent": "greet", "language": "de"}
        assert answer(workspace, tmp_path / "a.jsonl", record) == 1


def test_a_logged_prediction_belongs_to_its_language(workspace: Workspace) -> None:
    report = score.score(workspace.store, bot=workspace.bot, logged=True)
    assert {(row.language, row.intent, row.truncated) for row in report.rows} == {
        ("de", "greet", False),
        ("en", "refund_status", True),
    }


def test_who_is_forgotten_takes_their_language_along_and_no_other(
    workspace: Workspace, tmp_path: Path
) -> None:
    ask_both(workspace)
    answer(workspace, tmp_path / "a.jsonl", {"text": GIFT, "intent": CANCEL})
    store, anna = workspace.store, workspace.masker.pseudonym("anna")
    found = forgetting.forget(store, anna, by="test", now=1.0)
    assert found is not None
    assert (found.texts, found.decisions) == (1, 1)
    assert (GIFT, "de") not in utterances(store)
    assert utterances(store)[GIFT, "en"] == (2, 2)
    assert [one.language for one in decisions.answered(store, workspace.bot)] == ["en"]


def test_an_example_that_is_asked_about_is_asked_in_the_language_that_people_say_it_in(
    workspace: Workspace,
) -> None:
    texts = [GIFT, "said by nobody"]
    ids = queue.add_texts(workspace.store, workspace.bot, "fr", texts)
    rows = workspace.store.query("SELECT id, language FROM utterance")
    language = {row[0]: row[1] for row in rows}
    assert [language[one] for one in ids] == ["en", "fr"]
    assert queue.add_texts(workspace.store, workspace.bot, "fr", texts) == ids
