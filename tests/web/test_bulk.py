"""Many decided at a time: of one intent, or alike; the odd ones are left out."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from intent_al.store import Store, decisions, queue
from intent_al.store.listing import Waiting
from intent_al.web.similarity import LISTED, TICKED, Crowd
from tests.support.person import Person


def ticked(page: str) -> list[str]:
    return re.findall(r'type="checkbox" name="items" value="(\d+)" checked', page)


def send(person: Person, items: list[str], **fields: str) -> None:
    form = {**person.hidden(), "choice": "typed", **fields}
    data = MultiDict([*form.items(), *(("items", one) for one in items)])
    person._took(person.client.post("/together", data=data, follow_redirects=True))


def common_intent(store: Store) -> tuple[str, list[int]]:
    rows = store.query("SELECT id, likeliest FROM queue_item ORDER BY id")
    names = [row[1] for row in rows]
    best = max(set(names), key=names.count)
    return best, [row[0] for row in rows if row[1] == best]


def test_all_of_one_intent_but_the_odd_ones(kim: Person, store: Store) -> None:
    intent, ids = common_intent(store)
    page = kim.get(f"/together?intent={intent}")
    assert [int(one) for one in ticked(page)] == ids
    send(kim, ticked(page)[1:], typed=intent)
    assert f"{len(ids) - 1} decided" in kim.page
    assert ticked(kim.page) == [str(ids[0])], "the odd one stays in the queue"
    assert {one.intent for one in decisions.answered(store, "bot")} == {intent}
    approved = decisions.approved(store, "bot")
    assert not any(one.entities_confirmed or one.entities for one in approved)


def test_what_resembles_an_utterance_comes_first(kim: Person, store: Store) -> None:
    item = queue.open_items(store)[0]
    page = kim.get(f"/together?item={item.id}")
    assert ticked(page)[0] == str(item.id)
    shares = [int(one) for one in re.findall(r"(\d+)% ·", page)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 100


def test_only_what_is_much_alike_is_ticked() -> None:
    waiting = [
        Waiting(7, "where is my parcel", "track", "cancel"),
        Waiting(8, "Where is my parcel?!", "track", None),
        Waiting(9, "where is the tea pot", "track", "stock"),
        Waiting(10, "where is my parcel then", "cancel", "track"),
        Waiting(11, "sing me something", "joke", "track"),
        Waiting(12, "", None, None),
    ]
    crowd = Crowd(waiting)
    alike = dict(zip(crowd.ids, crowd.alike("where is my parcel", "track", "cancel"), strict=True))
    assert alike[7] == alike[8] == pytest.approx(1)
    assert 1 > alike[10] >= TICKED > alike[9] >= LISTED > alike[11] > alike[12] == 0
    nothing = dict(zip(crowd.ids, crowd.alike("", None, None), strict=True))
    assert [number for number, alike in nothing.items() if alike >= LISTED] == [12]
    assert crowd.alike("where is my parcel", None, None).argmax() == 0
    assert len(Crowd([]).alike("x", None, None)) == 0


def test_a_group_may_be_a_new_intent_or_out_of_scope(kim: Person, store: Store) -> None:
    intent, ids = common_intent(store)
    kim.get(f"/together?intent={intent}")
    send(kim, [str(ids[0])], typed="gift_card", choice="new")
    send(kim, [str(ids[1])], typed="", choice="out_of_scope")
    said = {(one.outcome.value, one.intent) for one in decisions.answered(store, "bot")}
    assert said == {("labelled", "gift_card"), ("out_of_scope", None)}


def test_what_others_have_in_hand_or_decided_is_left_alone(
    app: Flask, kim: Person, robin: Person, store: Store
) -> None:
    intent, ids = common_intent(store)
    page = kim.get(f"/together?intent={intent}")
    robin.get(f"/review/{ids[0]}")
    robin.decide("ignore")
    send(kim, ticked(page), typed=intent)
    assert "1 were decided by somebody else" in kim.page
    assert len(decisions.answered(store, "bot")) == len(ids)
    held = robin.item
    assert str(held) not in ticked(kim.get(f"/together?item={held}"))


def test_what_cannot_be_meant_decides_nothing(kim: Person, store: Store) -> None:
    intent, ids = common_intent(store)
    kim.get("/together")
    assert kim.status == 400
    for fields in ({"typed": "nonsense"}, {"typed": "two words", "choice": "new"}):
        kim.get(f"/together?intent={intent}")
        send(kim, [str(ids[0])], **fields)
        assert kim.status == 400
    send(kim, [str(n) for n in range(51)], typed=intent)
    assert kim.status in (400, 403)
    assert not decisions.answered(store, "bot")
