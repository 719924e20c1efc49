"""Several people are asked about the same utterance: they agree, or one more decides."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from intent_al import steps
from intent_al.project.config import find_project
from intent_al.stages import retire
from intent_al.store import Store, claims, decisions, history, queue, verdicts
from intent_al.workspace import Workspace
from tests.support.people import bot_with_people
from tests.support.person import Person


@pytest.fixture(scope="module")
def made_shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bot_with_people(tmp_path_factory.mktemp("shared") / "bot", "\n[review]\nanswers = 2\n")


@pytest.fixture
def bot(made_shared: Path, tmp_path: Path) -> Path:
    shutil.copytree(made_shared, tmp_path / "bot")
    return tmp_path / "bot"


@pytest.fixture
def item(store: Store) -> int:
    """One that may become training data."""
    return next(one.id for one in queue.open_items(store) if one.quota != "audit")


def say(person: Person, item: int, choice: str) -> str:
    person.get(f"/review/{item}")
    return person.decide(choice)


def waiting(store: Store) -> list[tuple[str, str | None]]:
    return [(one.text, one.intent) for one in decisions.approved(store, "bot")]


def test_two_who_agree_resolve_it(kim: Person, robin: Person, store: Store, item: int) -> None:
    assert "asked of 2 people" in kim.get(f"/review/{item}")
    say(kim, item, "intent:greet")
    assert "still wanted: 1" in kim.page
    assert waiting(store) == []
    say(robin, item, "intent:greet")
    assert [intent for _, intent in waiting(store)] == ["greet"]
    assert item not in [one.id for one in queue.open_items(store)]


def test_two_who_disagree_wait_for_a_third(
    kim: Person, robin: Person, ana: Person, store: Store, item: int
) -> None:
    say(kim, item, "intent:greet")
    say(robin, item, "intent:goodbye")
    assert "one more person decides" in robin.page
    assert waiting(store) == []
    assert f"/review/{item}" in ana.get("/queue?state=disagreed")
    assert ana.call("GET", "/progress")["disagreed"] == 1
    assert "state=disagreed" in ana.get("/progress")
    card = ana.get(f"/review/{item}")
    assert "kim says greet" in card
    assert "robin says goodbye" in card
    say(ana, item, "intent:goodbye")
    assert [intent for _, intent in waiting(store)] == ["goodbye"]
    assert f"/review/{item}" not in ana.get("/queue?state=disagreed")


def test_nobody_leans_on_a_colleague(kim: Person, robin: Person, item: int) -> None:
    say(kim, item, "intent:greet")
    assert "kim says" not in robin.get(f"/review/{item}")
    assert "kim says" not in str(robin.call("GET", f"/items/{item}"))


def test_nobody_is_asked_twice(kim: Person, robin: Person, ana: Person, store: Store) -> None:
    waits = len(queue.open_items(store))
    seen = []
    kim.start()
    while kim.path != "/review" and kim.item not in seen:
        seen.append(kim.item)
        kim.decide("intent:greet" if len(seen) % 2 else "intent:goodbye")
    assert len(seen) == len(set(seen)) == waits
    robin.start()
    for _ in range(waits):
        robin.decide("intent:greet")
    assert robin.path == "/review"
    left = [one.id for one in queue.open_items(store)]
    assert left == sorted(seen[1::2])  # where the two disagree
    assert claims.waiting(store, "kim", now=0.0) == 0
    assert claims.waiting(store, "ana", now=0.0) == len(left)
    assert queue.open_items(store, reviewer="robin") == []


def test_one_too_many_is_told(kim: Person, robin: Person, ana: Person, store: Store) -> None:
    item = queue.open_items(store)[0].id
    say(kim, item, "intent:greet")
    answer = {"item": item, "outcome": "labelled", "intent": "goodbye", "request": "12345678-b"}
    kim.call("POST", "/decisions", answer)
    assert kim.status == 409  # another tab of the same person is no second opinion
    say(robin, item, "intent:greet")
    ana.call("POST", "/decisions", {**answer, "request": "12345678-c"})
    assert ana.status == 409
    assert store.count("SELECT count(*) FROM decision") == 2


def test_whoever_decided_between_two_has_the_last_word(
    kim: Person, robin: Person, ana: Person, store: Store, item: int
) -> None:
    say(kim, item, "intent:greet")
    say(robin, item, "intent:goodbye")
    say(ana, item, "intent:goodbye")
    own = history.own(store, item, "kim")
    assert own is not None
    body = {"item": item, "outcome": "ignore", "revises": own.decision, "request": "12345678-d"}
    kim.call("POST", "/decisions", body)
    assert kim.status == 409
    say(ana, item, "intent:greet")
    assert [intent for _, intent in waiting(store)] == ["greet"]


def test_two_may_come_to_agree(kim: Person, robin: Person, store: Store, item: int) -> None:
    say(kim, item, "intent:greet")
    say(robin, item, "intent:goodbye")
    say(kim, item, "intent:goodbye")
    assert [intent for _, intent in waiting(store)] == ["goodbye"]


def test_other_marks_are_another_answer(
    kim: Person, robin: Person, store: Store, item: int
) -> None:
    text = next(one.text for one in queue.open_items(store) if one.id == item)
    word = text.split()[0]
    answer = {"item": item, "outcome": "labelled", "intent": "greet"}
    mark = {"entity": "thing", "start": 0, "end": len(word)}
    kim.call("POST", "/decisions", {**answer, "entities": [mark]})
    robin.call("POST", "/decisions", {**answer, "entities": []})
    assert waiting(store) == []
    own = history.own(store, item, "robin")
    assert own is not None
    robin.call("POST", "/decisions", {**answer, "entities": [mark], "revises": own.decision})
    (found,) = decisions.approved(store, "bot")
    assert [one.entity for one in found.entities] == ["thing"]


def test_marks_that_one_has_confirmed_count(
    kim: Person, robin: Person, store: Store, item: int
) -> None:
    word = next(one.text for one in queue.open_items(store) if one.id == item).split()[0]
    mark = {"entity": "thing", "start": 0, "end": len(word)}
    answer = {"item": item, "outcome": "labelled", "intent": "greet", "entities": [mark]}
    kim.call("POST", "/decisions", answer)
    robin.get("/together?intent=greet")
    robin.post("/together", items=str(item), typed="greet", choice="typed")
    (found,) = decisions.approved(store, "bot")
    assert [one.entity for one in found.entities] == ["thing"]


def test_an_undo_opens_it_again(kim: Person, robin: Person, store: Store, item: int) -> None:
    say(kim, item, "intent:greet")
    say(robin, item, "intent:greet")
    robin.call("POST", "/undo", {"item": item})
    assert waiting(store) == []
    assert item in [one.id for one in queue.open_items(store, reviewer="robin")]
    assert item not in [one.id for one in queue.open_items(store, reviewer="kim")]


def test_a_half_answered_one_is_not_retired(app: Flask, kim: Person, bot: Path, item: int) -> None:
    say(kim, item, "intent:greet")
    with Workspace(find_project(bot)) as workspace:
        model = workspace.store.value("SELECT name FROM model ORDER BY used_at DESC LIMIT 1")
        assert retire.retire(workspace.store, model=str(model), threshold=0.0).retired
        assert item in [one.id for one in queue.open_items(workspace.store)]


def test_a_share_of_a_batch_is_asked_of_several(made: Path, tmp_path: Path) -> None:
    bot = tmp_path / "other"
    shutil.copytree(made, bot)
    with (bot / "intent-al.toml").open("a", encoding="utf-8") as file:
        file.write("\n[review]\nanswers = 3\nanswers_share = 0.5\n")
    with Workspace(find_project(bot)) as workspace:
        report = steps.select(workspace, size=16)
        wanted = [item.answers for item in report.items]
    assert set(wanted) == {1, 3}


def test_a_run_has_not_learned_what_is_disagreed(
    kim: Person, robin: Person, ana: Person, store: Store, item: int
) -> None:
    def learned(decision: int) -> list[str | None]:
        with store.write() as connection:
            run = connection.execute(
                "INSERT INTO run (model, examples, data_hash, settings, created_at, decision)"
                " VALUES ('m', 1, '', '{}', 0, ?)",
                (decision,),
            ).lastrowid
        return [one.intent for one in verdicts.learned(store, "bot", int(run or 0), None)]

    for number, (who, intent) in enumerate([(kim, "greet"), (robin, "goodbye")], 1):
        say(who, item, f"intent:{intent}")
        assert learned(number) == []
    say(ana, item, "intent:goodbye")
    assert learned(2) == []
    assert learned(3) == ["goodbye"]
