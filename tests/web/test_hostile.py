"""Two thousand utterances and names by strangers, through every page and the API: all of it text.

A page is read as a browser reads it, and must have the elements that it has for harmless texts.
"""

from __future__ import annotations

import json
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from intent_al.store import Store
from intent_al.web.template_helpers import visible
from tests.support import hostile, hostile_queue
from tests.support.person import Person

pytestmark = pytest.mark.slow

COUNT = 2_000
ALLOWED = frozenset(
    "html head meta title link script body a header span nav form input button main div p h1 h2 h3"
    " progress article mark ol ul li meter label textarea details summary section dialog dl dt dd"
    " kbd table thead tbody tr th td select option q datalist".split()
)


class Elements(HTMLParser):
    """Counts elements, and notes what could run or load something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.count: Counter[str] = Counter()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] += 1
        for name, value in attrs:
            outside = name in ("href", "src", "action", "formaction") and not (
                (value or "").startswith(("/", "#"))
            )
            if name.startswith("on") or name in ("style", "srcdoc") or outside:
                self.bad.append(f"<{tag} {name}={value}>")
        if tag not in ALLOWED:
            self.bad.append(f"<{tag}>")


def elements(page: str) -> Elements:
    found = Elements()
    found.feed(page)
    found.close()
    assert not found.bad
    return found


@pytest.fixture
def items(bot: Path) -> list[int]:
    return hostile_queue.fill(bot, hostile.texts(COUNT))


def test_every_card_is_text_and_nothing_else(items: list[int], app: Flask) -> None:
    kim = Person(app, "kim")
    shapes = set()
    for item, text in zip(items, hostile.texts(COUNT), strict=True):
        page = kim.get(f"/review/{item}")
        assert kim.status == 200
        found = elements(page)
        shapes.add((found.count["script"], found.count["form"], found.count["article"]))
        assert "\x00" not in page
        assert "\u202e" not in page
        assert not text or visible(text)[:20].strip() in _text_of(page)
    assert len(shapes) == 1


def _text_of(page: str) -> str:
    class Words(HTMLParser):
        words = ""

        def handle_data(self, data: str) -> None:
            self.words += data

    found = Words()
    found.feed(page)
    return found.words


def test_every_list_is_text_and_nothing_else(items: list[int], app: Flask) -> None:
    ada = Person(app, "ada")
    for number in range(1, COUNT // 50 + 2):
        for query in ("state=open", "state=all&sort=text"):
            page = ada.get(f"/queue?{query}&page={number}")
            assert ada.status == 200
            assert elements(page).count["tr"] <= 51
    for path in ("/review", "/changes", "/history?who=all", "/progress", "/audit", "/people"):
        elements(ada.get(path))
        assert ada.status == 200


def test_decisions_about_them_stay_text_everywhere(
    items: list[int], app: Flask, bot: Path, store: Store
) -> None:
    ana = Person(app, "ana")
    for item in items[:60]:
        ana.get(f"/review/{item}")
        ana.decide("intent:greet", line="")
        if ana.status != 200:
            body = {"item": item, "outcome": "labelled", "intent": "greet", "entities": []}
            ana.call("POST", "/decisions", body)
            assert ana.status == 200
    assert store.count("SELECT count(*) FROM decision") == 60
    for path in ("/history", "/changes", "/progress", "/queue?state=decided"):
        elements(ana.get(path))
        assert ana.status == 200
    ana.get("/changes")
    ana.post("/changes/approve")
    assert ana.status == 200
    from intent_al.training_data.dialects.rasa import nlu_yaml

    read = nlu_yaml.read([bot / "data"])
    assert {one.example.intent for one in read.examples} == set(
        "greet refund_status refund_request cancel_order out_of_scope".split()
    )


def test_the_api_gives_them_back_as_they_are_fit_to_be_shown(items: list[int], app: Flask) -> None:
    kim = Person(app, "kim")
    for item, text in list(zip(items, hostile.texts(COUNT), strict=True))[:300]:
        answer = kim.client.get(f"/api/v1/items/{item}")
        assert answer.content_type == "application/json"
        assert json.loads(answer.data)["card"]["text"] == visible(text)


@pytest.mark.parametrize("text", [*hostile.SCRIPTS, *hostile.OTHERS])
def test_what_is_typed_into_the_page_is_text_too(kim: Person, text: str) -> None:
    kim.start()
    item = kim.item
    for fields in (
        {"choice": "typed", "typed": text},
        {"choice": text},
        {"choice": f"intent:{text}"},
    ):
        elements(kim.post(f"/review/{item}/decide", **fields))
        assert kim.status == 400
        kim.get(f"/review/{item}")
    kim.post(f"/review/{item}/flag", comment=text)
    elements(kim.page)
    kim.get("/queue")
    kim.post("/queue/saved", name=text, text=text)
    elements(kim.page)
    for name in (
        "text",
        "intent",
        "who",
        "source",
        "channel",
        "language",
        "done",
        "line",
        "state",
        "next",
    ):
        for path in ("/queue", "/review", f"/review/{item}", "/history"):
            elements(kim.client.get(path, query_string={name: text}).get_data(as_text=True))
