"""The JSON API: described by what it is, strict about what it is sent."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from intent_al.store import Store, decisions, queue
from tests.support.person import Person


def describes(app: Flask, person: Person) -> dict[str, Any]:
    found = person.client.get("/api/v1/openapi.json").get_json()
    assert isinstance(found, dict)
    return found


def test_every_route_is_described_and_nothing_else(app: Flask, ada: Person) -> None:
    described = {
        (method.upper(), path)
        for path, methods in describes(app, ada)["paths"].items()
        for method in methods
    }
    routed = {
        (method, re.sub(r"<int:(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and not rule.rule.endswith("openapi.json")
    }
    assert described == routed


def test_cards_are_fetched_ahead_and_never_twice(kim: Person, robin: Person) -> None:
    first = kim.call("POST", "/claims", {"count": 4})["cards"]
    held = [one["card"]["item"] for one in first]
    more = kim.call("POST", "/claims", {"count": 4, "without": held})["cards"]
    other = robin.call("POST", "/claims", {"count": 20})["cards"]
    items = [one["card"]["item"] for one in (*first, *more, *other)]
    assert len(items) == len(set(items)) == 20
    assert all(one["card"]["text"] for one in first)
    assert 'class="card"' in first[0]["html"]


def test_a_decision_is_made_once_however_often_it_is_sent(kim: Person, store: Store) -> None:
    (card,) = kim.call("POST", "/claims", {})["cards"]
    body = {
        "item": card["card"]["item"],
        "outcome": "labelled",
        "intent": "greet",
        "entities": [{"entity": "product", "start": 0, "end": 2}],
        "seconds": 1.5,
        "request": "0123456789abcdef",
    }
    answers = [kim.call("POST", "/decisions", body) for _ in range(3)]
    assert len({one["decision"] for one in answers}) == 1
    (stored,) = decisions.answered(store, "bot")
    assert [(one.entity, one.start, one.end) for one in stored.entities] == [("product", 0, 2)]
    other = {**body, "item": body["item"] + 1}
    assert "another decision's" in kim.call("POST", "/decisions", other)["error"]["message"]


def test_undo_gives_the_card_back(kim: Person) -> None:
    (card,) = kim.call("POST", "/claims", {})["cards"]
    item = card["card"]["item"]
    kim.call("POST", "/decisions", {"item": item, "outcome": "ignore"})
    assert kim.call("POST", "/undo", {})["card"]["item"] == item
    assert kim.call("POST", "/undo", {})["error"]["message"] == "There is nothing to take back."


def test_leases_are_renewed_and_given_back(kim: Person, robin: Person, clock: Any) -> None:
    cards = kim.call("POST", "/claims", {"count": 20})["cards"]
    items = [one["card"]["item"] for one in cards]
    clock.at += 500
    assert kim.call("POST", "/claims/renew", {"items": items}) == {"held": 20}
    clock.at += 500
    assert robin.call("POST", "/claims", {})["cards"] == []
    assert robin.call("POST", "/claims/release", {"items": items}) == {"released": 0}
    assert kim.call("POST", "/claims/release", {"items": items[:1]}) == {"released": 1}
    assert [one["card"]["item"] for one in robin.call("POST", "/claims", {})["cards"]] == items[:1]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "one JSON object"),
        ({}, "the field item is missing"),
        ({"item": 1}, "the field outcome is missing"),
        ({"item": "1", "outcome": "skip"}, "item is no integer"),
        ({"item": True, "outcome": "skip"}, "item is no integer"),
        ({"item": 2**60, "outcome": "skip"}, "item is no integer"),
        ({"item": 1, "outcome": "undone"}, "outcome is no string"),
        ({"item": 1, "outcome": "skip", "extra": 1}, "there is no field 'extra'"),
        ({"item": 9999, "outcome": "skip"}, "there is no item 9999"),
        ({"item": 1, "outcome": "labelled"}, "is no name for an intent"),
        ({"item": 1, "outcome": "labelled", "intent": "a b"}, "is no name for an intent"),
        ({"item": 1, "outcome": "labelled", "intent": "\ud800"}, "intent is no"),
        ({"item": 1, "outcome": "skip", "request": "short"}, "8 to 64"),
        (
            {
                "item": 1,
                "outcome": "labelled",
                "intent": "a",
                "entities": [
                    {"entity": "e", "start": 0, "end": 3},
                    {"entity": "e", "start": 2, "end": 4},
                ],
            },
            "overlap",
        ),
        (
            {"item": 1, "outcome": "labelled", "intent": "a", "entities": [{"entity": "e"}]},
            "the field start is missing",
        ),
        (
            {
                "item": 1,
                "outcome": "labelled",
                "intent": "a",
                "entities": [{"entity": "e", "start": 3, "end": 10**6}],
            },
            "is not in the text",
        ),
    ],
)
def test_a_body_that_cannot_be_meant_is_explained(
    kim: Person, store: Store, body: object, words: str
) -> None:
    assert words in kim.call("POST", "/decisions", body)["error"]["message"]
    assert kim.status == 400
    assert not decisions.answered(store, "bot")


def test_what_is_no_json_is_refused(kim: Person) -> None:
    headers = {"X-CSRF-Token": kim.csrf()}
    form = kim.client.post("/api/v1/claims", data={"count": "1"}, headers=headers)
    assert form.status_code == 415
    broken = kim.client.post(
        "/api/v1/claims", data="{", content_type="application/json", headers=headers
    )
    assert broken.status_code == 400
    assert broken.get_json()["error"]["status"] == 400


def test_lists_and_changes_are_there_as_data(kim: Person, ana: Person, store: Store) -> None:
    found = kim.call("GET", "/queue?state=all")
    assert found["found"] == len(found["items"]) == 20
    item = next(one for one in queue.open_items(store) if one.quota != "audit")
    kim.call("POST", "/decisions", {"item": item.id, "outcome": "labelled", "intent": "greet"})
    assert kim.call("GET", "/history")["decisions"][0]["intent"] == "greet"
    assert kim.call("GET", "/progress")["people"][0]["name"] == "kim"
    assert {"name": "greet", "description": ""} in kim.call("GET", "/intents")["intents"]
    pending = kim.call("GET", "/changes")
    assert "+    - " in pending["diff"]
    assert (
        "permission to approve"
        in kim.call("POST", "/changes/approve", {"token": pending["token"]})["error"]["message"]
    )
    assert ana.call("POST", "/changes/approve", {"token": "x"})["error"]["status"] == 409
    written = ana.call("POST", "/changes/approve", {"token": pending["token"]})
    assert "data/nlu.yml" in written["files"]
    assert ana.call("GET", "/changes")["diff"] == ""


def test_no_entities_are_an_answer_too(kim: Person, store: Store) -> None:
    (card,) = kim.call("POST", "/claims", {})["cards"]
    body = {"item": card["card"]["item"], "outcome": "labelled", "intent": "greet", "entities": []}
    kim.call("POST", "/decisions", body)
    assert kim.status == 200
    (stored,) = decisions.approved(store, "bot") or decisions.audit_answers(store, "bot")
    assert (stored.entities, stored.entities_confirmed) == ((), True)


def test_what_resembles_an_item_is_decided_together(
    kim: Person, robin: Person, store: Store
) -> None:
    (card,) = kim.call("POST", "/claims", {})["cards"]
    item = card["card"]["item"]
    alike = kim.call("GET", f"/items/{item}/similar")["items"]
    assert (alike[0]["id"], alike[0]["ticked"]) == (item, True)
    items = [one.id for one in queue.open_items(store)][:3]
    robin.call("POST", "/decisions", {"item": items[2], "outcome": "ignore"})
    body = {"items": items, "outcome": "labelled", "intent": "greet"}
    assert kim.call("POST", "/decisions/many", body) == {"decided": 2, "conflicts": 1}
    said = {one.outcome.value: one.intent for one in decisions.answered(store, "bot")}
    assert said == {"ignore": None, "labelled": "greet"}


@pytest.mark.parametrize(
    "change", [{"intent": "two words"}, {"intent": None}, {"items": list(range(51))}]
)
def test_many_that_cannot_be_meant_decide_nothing(
    kim: Person, store: Store, change: dict[str, Any]
) -> None:
    items = [one.id for one in queue.open_items(store)][:2]
    body = {"items": items, "outcome": "labelled", "intent": "greet", **change}
    kim.call("POST", "/decisions/many", body)
    assert kim.status == 400
    assert not decisions.answered(store, "bot")


def test_keys_and_filters_are_kept_by_person(kim: Person, robin: Person) -> None:
    assert kim.call("POST", "/preferences/keys", {"keys": {"skip": "x"}})["keys"]["skip"] == "x"
    kim.call("POST", "/preferences/keys", {"keys": {"skip": "a"}})
    assert kim.status == 400
    kept = {"name": "refunds", "filter": {"intent": "refund", "sort": "said"}}
    kim.call("POST", "/preferences/filters", kept)
    kim.call("POST", "/preferences/filters", {"name": "x", "filter": {"score": "much"}})
    assert kim.status == 400
    own = kim.call("GET", "/preferences")
    assert own["keys"]["skip"] == "x"
    assert own["filters"] == {"refunds": {"intent": "refund", "state": "open", "sort": "said"}}
    assert "refunds" in kim.get("/queue")
    assert robin.call("GET", "/preferences")["filters"] == {}
    assert kim.call("POST", "/preferences/filters", {"name": "refunds"}) == {"filters": {}}
    assert kim.call("POST", "/preferences/keys", {"keys": {}})["keys"]["skip"] == " "


def test_people_are_for_admins_and_without_secrets(kim: Person, ada: Person) -> None:
    kim.call("GET", "/people")
    assert kim.status == 403
    people = ada.call("GET", "/people")["people"]
    assert {one["name"]: one["role"] for one in people}["kim"] == "reviewer"
    assert "password" not in str(people)
