"""Deciding by forms alone: one decision a press, nothing lost, nothing decided twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from intent_al.store import Store, audit, claims, decisions, history, queue
from intent_al.web import context as page_context
from intent_al.web.context import KEY
from tests.support.person import Clock, Person


def texts(store: Store) -> dict[int, str]:
    return {item.id: item.text for item in queue.open_items(store)}


def test_a_decision_is_stored_and_the_next_card_comes(kim: Person, store: Store) -> None:
    first = kim.start()
    text = texts(store)[first]
    kim.decide("intent:greet", seconds="3.5")
    assert kim.item != first
    assert "✓" in kim.page or "greet" in kim.page
    (answer,) = decisions.answered(store, "bot")
    assert (answer.text, answer.intent, answer.reviewer) == (text, "greet", "kim")
    assert history.people(store)[0].median_seconds == 3.5


@pytest.mark.parametrize("choice", ["out_of_scope", "depends_on_context", "ignore", "skip"])
def test_every_outcome_has_a_button(kim: Person, store: Store, choice: str) -> None:
    first = kim.start()
    kim.decide(choice)
    own = history.own(store, first, "kim")
    assert own is not None
    assert own.outcome == choice


def test_what_is_skipped_comes_back_last(kim: Person, store: Store) -> None:
    first = kim.start()
    kim.decide("skip")
    seen = []
    while kim.path != "/review" and kim.item != first:
        seen.append(kim.item)
        kim.decide("ignore")
    assert len(seen) == len(set(seen)) == len(queue.open_items(store)) + len(seen) - 1


def test_undo_brings_cards_back_one_after_the_other(kim: Person, store: Store) -> None:
    first = kim.start()
    kim.decide("intent:greet")
    second = kim.item
    kim.decide("ignore")
    kim.post("/review/undo")
    assert kim.item == second
    kim.post("/review/undo")
    assert kim.item == first
    assert not decisions.answered(store, "bot")
    kim.post("/review/undo")
    assert "nothing to take back" in kim.page


def test_a_form_that_is_sent_twice_decides_once(kim: Person, store: Store) -> None:
    item = kim.start()
    fields = {**kim.hidden(), "choice": "intent:greet"}
    for _ in range(2):
        kim.client.post(f"/review/{item}/decide", data=fields)
    assert store.count("SELECT count(*) FROM decision") == 1


def test_two_people_never_get_the_same(kim: Person, robin: Person) -> None:
    seen = {kim.start()}
    for _ in range(6):
        assert robin.start() not in seen
        seen.add(robin.item)
        robin.decide("ignore")
        seen.add(kim.item)
        kim.decide("ignore")
        assert kim.item not in seen
    assert kim.item != robin.item


def test_a_lease_that_ran_out_frees_the_item(kim: Person, robin: Person, clock: Clock) -> None:
    item = kim.start()
    assert robin.start() != item
    clock.at += 601
    robin.decide("ignore")
    assert robin.item == item


def test_who_was_slower_is_told_and_nothing_is_decided_twice(
    kim: Person, robin: Person, store: Store, clock: Clock
) -> None:
    item = kim.start()
    clock.at += 601
    robin.get(f"/review/{item}")
    robin.decide("intent:greet")
    kim.decide("intent:cancel_order")
    assert kim.status == 409
    assert "robin has decided meanwhile: greet" in kim.page
    assert [one.intent for one in decisions.answered(store, "bot")] == ["greet"]


def test_two_tabs_of_one_person_decide_once(kim: Person, store: Store) -> None:
    item = kim.start()
    other = {**kim.hidden(), "choice": "ignore", "request": "another-tab-0001"}
    kim.decide("intent:greet")
    assert kim.client.post(f"/review/{item}/decide", data=other).status_code == 409
    assert [one.outcome.value for one in decisions.answered(store, "bot")] == ["labelled"]


def test_the_back_button_shows_what_was_said_and_may_revise_it(kim: Person, store: Store) -> None:
    item = kim.start()
    kim.decide("intent:greet")
    assert "kim says greet" in kim.get(f"/review/{item}")
    kim.decide("intent:cancel_order")
    assert kim.status == 200
    assert [one.intent for one in decisions.answered(store, "bot")] == ["cancel_order"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("greet", "greet"), ("REQUEST", "refund_request"), ("cancel", "cancel_order")],
)
def test_an_intent_is_found_by_a_part_of_its_name(
    kim: Person, store: Store, typed: str, found: str
) -> None:
    item = kim.start()
    kim.decide("typed", typed=typed)
    own = history.own(store, item, "kim")
    assert own is not None
    assert own.intent == found


@pytest.mark.parametrize(
    ("choice", "typed", "words"),
    [
        ("typed", "refund", "could be"),
        ("typed", "xyz", "New intent makes it one"),
        ("new", "two words", "is no name for an intent"),
        ("new", "", "is no name for an intent"),
        ("intent:a\nb", "", "is no name for an intent"),
        ("nonsense", "", "says nothing"),
        ("labelled", "", "says nothing"),
        ("undone", "", "says nothing"),
    ],
)
def test_what_cannot_be_meant_is_explained(
    kim: Person, store: Store, choice: str, typed: str, words: str
) -> None:
    kim.start()
    assert words in kim.decide(choice, typed=typed)
    assert kim.status == 400
    assert not decisions.answered(store, "bot")


def test_a_new_intent_is_known_from_then_on(kim: Person) -> None:
    kim.start()
    kim.decide("new", typed="gift_card")
    kim.decide("typed", typed="gift")
    assert kim.status == 200


def test_entities_are_edited_as_markup(kim: Person, store: Store) -> None:
    item = next(number for number, text in texts(store).items() if "mug" in text)
    kim.get(f"/review/{item}")
    text = texts(store)[item]
    at = text.index("mug")
    kim.decide("intent:greet", line=text.replace("mug", "[mug](product#kind)"))
    (answer,) = decisions.answered(store, "bot")
    (entity,) = answer.entities
    assert (entity.entity, entity.role, entity.start, entity.end) == ("product", "kind", at, at + 3)


def test_an_edited_text_is_refused(kim: Person, store: Store) -> None:
    kim.start()
    assert "only the brackets may change" in kim.decide("intent:greet", line="other words")
    assert not decisions.answered(store, "bot")


def test_a_doubtful_boundary_is_a_link_that_marks_the_other_reading(
    kim: Person, store: Store
) -> None:
    for item in texts(store):
        page = kim.get(f"/review/{item}")
        links = re.findall(r'class="button small" href="([^"]+)"', page)
        if links:
            shown = kim.get(links[0].replace("&amp;", "&"))
            assert "<mark" in shown
            return
    pytest.fail("no text of the small bot has a doubtful boundary")


def test_the_card_says_what_a_reviewer_needs(kim: Person, store: Store) -> None:
    item = kim.start()
    found = queue.item(store, item)
    assert found is not None
    assert found.reason.partition(";")[0] in kim.page.replace("&#39;", "'")
    assert "said " in kim.page
    assert "One moment." in kim.page, "what the bot answered"
    assert 'aria-current="true"' in kim.page
    assert kim.page.count('class="examples"') >= 2
    assert "1 of 20" in kim.page


def test_a_flag_is_masked_and_stays_until_it_is_settled(kim: Person, robin: Person) -> None:
    item = kim.start()
    kim.post(f"/review/{item}/flag", comment="ask kim@example.org <b>")
    assert "example.org" not in kim.page
    assert "⚑ kim: ask " in robin.get(f"/review/{item}")
    robin.post(f"/review/{item}/settle")
    assert "⚑ kim" not in robin.page


def test_signing_out_frees_what_was_in_hand(kim: Person, robin: Person, store: Store) -> None:
    item = kim.start()
    kim.post("/logout")
    assert claims.holder(store, item, now=1_795_000_000.0) is None
    assert robin.start() == item


def test_every_change_is_in_the_audit_log_without_texts(
    kim: Person, ada: Person, store: Store
) -> None:
    item = kim.start()
    text = texts(store)[item]
    kim.decide("intent:greet")
    kim.post("/review/undo")
    actions = [(one.who, one.action, one.subject) for one in audit.entries(store)]
    assert ("kim", "decide", f"item {item}") in actions
    assert ("kim", "undo", f"item {item}") in actions
    page = ada.get("/audit")
    assert "greet" in page
    assert text not in page


def test_a_contradicted_example_is_said_with_the_decision(kim: Person, store: Store) -> None:
    with store.write() as connection:
        connection.execute(
            "UPDATE utterance SET text = 'cancel my order!' WHERE id ="
            " (SELECT utterance FROM queue_item ORDER BY id LIMIT 1)"
        )
    kim.start()
    assert "stands in the training data as cancel_order" in kim.page
    button = r'(?s)value="intent:(\w+)"(?:(?!</button>).)*⚠ the training data says'
    warned = re.findall(button, kim.page)
    assert warned
    assert "cancel_order" not in warned
    assert "but this text stands in the training data as cancel_order" in kim.decide("intent:greet")


@pytest.mark.parametrize(
    ("said", "intents"),
    [("👎", {"deny"}), ("👍🏾!", {"affirm"}), ("1\ufe0f\u20e3", set()), ("??", {"help"})],
)
def test_a_picture_stands_in_the_training_data_as_what_it_says(
    said: str, intents: set[str], kim: Person, bot: Path, store: Store
) -> None:
    with (bot / "data" / "nlu.yml").open("a", encoding="utf-8") as file:
        for intent, text in (("affirm", "👍"), ("deny", "👎"), ("help", "?"), ("pick", "2️⃣")):
            file.write(f"- intent: {intent}\n  examples: |\n    - {text}\n")
    with store.write() as connection:
        connection.execute(
            "UPDATE utterance SET text = ? WHERE id ="
            " (SELECT utterance FROM queue_item ORDER BY id LIMIT 1)",
            (said,),
        )
    kim.start()
    assert set(re.findall(r"stands in the training data as (\w+)", kim.page)) == intents


def test_the_diff_is_approved_and_written(
    kim: Person, ana: Person, bot: Path, store: Store
) -> None:
    item = kim.start()
    while queue.item(store, item).quota == "audit":  # type: ignore[union-attr]
        kim.decide("skip")
        item = kim.item
    text = texts(store)[item]
    kim.decide("intent:greet")
    assert "An approver can write this" in kim.get("/changes")
    page = ana.get("/changes")
    assert f"- {text}" in re.sub(r"[\[\]]|\(\w+\)", "", page)
    before = (bot / "data" / "nlu.yml").read_text()
    ana.post("/changes/approve")
    assert "written" in ana.page
    after = (bot / "data" / "nlu.yml").read_text()
    assert len(after.splitlines()) == len(before.splitlines()) + 1
    assert audit.entries(store)[0].action == "apply"


def test_what_was_not_seen_is_not_approved(
    kim: Person, ana: Person, bot: Path, store: Store
) -> None:
    for _ in range(3):
        kim.start()
        kim.decide("intent:greet")
    ana.get("/changes")
    seen = dict(re.findall(r'name="(token|csrf)" value="([^"]*)"', ana.page))
    kim.decide("intent:cancel_order")
    before = (bot / "data" / "nlu.yml").read_bytes()
    ana.post("/changes/approve", **seen)
    assert ana.status == 409
    assert "look again" in ana.page
    assert (bot / "data" / "nlu.yml").read_bytes() == before


def test_a_locked_store_is_said_and_the_decision_can_be_sent_again(
    kim: Person, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intent_al.web.context.BUSY_SECONDS", 0.05)
    item = kim.start()
    kim.client.application.extensions[KEY].close()
    fields = {**kim.hidden(), "choice": "intent:greet"}
    with store.write():
        answer = kim.client.post(f"/review/{item}/decide", data=fields)
        assert answer.status_code == 503
        assert b"locked by another process; try again" in answer.data
    assert kim.client.post(f"/review/{item}/decide", data=fields).status_code == 303
    assert store.count("SELECT count(*) FROM decision") == 1


def test_a_full_disk_is_said_and_the_decision_can_be_sent_again(
    kim: Person, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = {"entity": "thing", "start": 0, "end": 1, "value": "x" * 10_000}  # needs another page
    answer = {"item": kim.start(), "outcome": "labelled", "intent": "greet", "entities": [long]}
    answer["request"] = "12345678-full"
    take = page_context.Stores.take

    def full(stores: page_context.Stores) -> Store:
        taken = take(stores)
        taken.connection.execute("PRAGMA max_page_count = 1")  # no more pages than there are
        return taken

    with monkeypatch.context() as context:
        context.setattr(page_context.Stores, "take", full)
        told = kim.call("POST", "/decisions", answer)["error"]
        assert told["status"] == 503
        assert "database or disk is full); check folder and disk" in told["message"]
    kim.client.application.extensions[KEY].close()
    assert store.count("SELECT count(*) FROM decision") == 0
    assert kim.call("POST", "/decisions", answer)["decision"]
    assert store.count("SELECT count(*) FROM decision") == 1
