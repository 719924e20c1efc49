"""Languages and channels on the page: a card names its own, and the queue is filtered by them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from intent_al import steps
from intent_al.project.config import find_project
from intent_al.stages.select.by_hand import pick
from intent_al.store import Store, queue
from intent_al.workspace import Workspace
from tests.support import small_bot
from tests.support.people import add_people
from tests.support.person import Person

TRACKED = "stop that order now"
SAID = [
    ("gift", "de_DE", "whatsapp"),
    ("gift", "en", "web"),
    ("where is the jug", "en", "web"),
    ("donde esta mi taza", "es-MX", "<b>kiosk</b>"),
    ("drop it all", None, None),
]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tracker store whose turns came over Rasa's channel ``rest``, and an export of a chat."""
    bot = small_bot.make(tmp_path_factory.mktemp("languages") / "bot", [TRACKED])
    with (bot / "chat.jsonl").open("w", encoding="utf-8") as file:
        for number, (text, language, channel) in enumerate(SAID):
            record = {"text": text, "language": language, "channel": channel}
            file.write(json.dumps({**record, "conversation_id": f"c{number}"}) + "\n")
    with (bot / "intent-al.toml").open("a", encoding="utf-8") as file:
        file.write('\n[source.tracker]\nconnector = "rasa_sql"\nurl = "rasa.db"\n')
        file.write('\n[source.chat]\nconnector = "jsonl"\npath = "chat.jsonl"\n')
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        ids = [one.id for one in queue.candidates(workspace.store, workspace.bot)]
        assert pick(workspace.store, ids, reason="why", now=1.0) == 6
        add_people(workspace.store)
    return bot


@pytest.fixture
def items(store: Store) -> Mapping[tuple[str, str], int]:
    return {(item.text, item.language): item.id for item in queue.open_items(store)}


def facts(page: str) -> str:
    found = re.search(r'<p class="facts">(.*?)</p>', page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("gift", "de", "over whatsapp · in de"),
        ("gift", "en", "over web · in en"),
        (TRACKED, "und", "over rest"),
        ("drop it all", "und", "channel unknown"),
        ("donde esta mi taza", "es", "over &lt;b&gt;kiosk&lt;/b&gt; · in es"),
    ],
)
def test_a_card_says_over_which_channel_and_in_which_language(
    kim: Person, items: Mapping[tuple[str, str], int], text: str, language: str, said: str
) -> None:
    shown = facts(kim.get(f"/review/{items[text, language]}"))
    assert said in shown
    assert "chat" not in shown, "the source is no channel"
    assert "tracker" not in shown
    assert (f'lang="{language}"' in kim.page) is (language != "und")


def test_the_api_says_it_too_and_which_source(
    kim: Person, items: Mapping[tuple[str, str], int]
) -> None:
    card = kim.call("GET", f"/items/{items['gift', 'de']}")["card"]
    assert (card["channel"], card["language"], card["source"]) == ("whatsapp", "de", "chat")
    card = kim.call("GET", f"/items/{items['drop it all', 'und']}")["card"]
    assert (card["channel"], card["language"], card["source"]) == (None, "und", "chat")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("channel=web", {("gift", "web"), ("where is the jug", "web")}),
        ("channel=rest", {(TRACKED, "rest")}),
        ("channel=chat", set()),
        ("source=tracker", {(TRACKED, "rest")}),
        ("language=de", {("gift", "whatsapp")}),
        ("language=en&channel=web&text=gift", {("gift", "web")}),
        ("language=und", {(TRACKED, "rest"), ("drop it all", None)}),
    ],
)
def test_page_and_api_filter_by_both(
    kim: Person,
    items: Mapping[tuple[str, str], int],
    query: str,
    found: set[tuple[str, str | None]],
) -> None:
    rows = kim.call("GET", f"/queue?{query}")["items"]
    assert {(row["text"], row["channel"]) for row in rows} == found
    page = kim.get(f"/queue?{query}")
    listed = re.findall(r'href="/review/(\d+)"', page)
    assert sorted(listed) == sorted(str(row["id"]) for row in rows)


def test_the_queue_offers_what_occurs_and_tells_languages_apart(kim: Person) -> None:
    page = kim.get("/queue")
    for name, values in (
        ("channel", ["", "&lt;b&gt;kiosk&lt;/b&gt;", "rest", "web", "whatsapp"]),
        ("language", ["", "de", "en", "es", "und"]),
        ("source", ["", "chat", "tracker"]),
    ):
        select = re.search(rf'<select name="{name}">(.*?)</select>', page, re.S)
        assert select
        assert re.findall(r'<option value="([^"]*)"', select[1]) == values
    row = re.search(
        r'<td class="said"[^>]*><a lang="de"[^>]*>gift</a> <span class="rival">de<', page
    )
    assert row


def test_a_filter_by_channel_is_worked_off(
    kim: Person, items: Mapping[tuple[str, str], int]
) -> None:
    claimed = kim.call("POST", "/claims", {"count": 9, "filter": {"channel": "whatsapp"}})
    assert [card["card"]["item"] for card in claimed["cards"]] == [items["gift", "de"]]
