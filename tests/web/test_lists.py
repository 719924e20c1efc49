"""The queue with its filters, history, progress, keys, and what machines read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from intent_al.insights import Insights
from intent_al.insights.agreement import agreements
from intent_al.insights.gaps import Gap
from intent_al.records import Outcome
from intent_al.store import Store, decisions, history, listing, queue
from intent_al.store.decisions import Decision
from intent_al.store.listing import Filter
from intent_al.web import messages as texts
from intent_al.web.keys import DEFAULTS
from tests.support.person import Person


def listed(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<a href="/review/(\d+)">', page)]


def test_the_queue_lists_what_waits(kim: Person, store: Store) -> None:
    assert listed(kim.get("/queue")) == [item.id for item in queue.open_items(store)]


@pytest.mark.parametrize(
    ("query", "keeps"),
    [
        ("quota=audit", lambda row: row.quota == "audit"),
        ("intent=greet", lambda row: row.likeliest == "greet"),
        ("second=greet", lambda row: row.second == "greet"),
        ("text=MUG", lambda row: "mug" in row.text),
        ("text=%25", lambda row: "%" in row.text),
        ("score=0.5", lambda row: row.score >= 0.5),
        ("language=und", lambda row: row.language == "und"),
        ("source=nowhere", lambda row: False),
        ("source=rasa", lambda row: row.said > 0),
        ("channel=rest", lambda row: row.channel == "rest"),
        ("channel=rasa", lambda row: False),
        ("after=2026-09-21&before=2026-09-21", lambda row: row.said > 0),
        ("before=2020-01-01", lambda row: False),
        ("who=nobody", lambda row: False),
    ],
)
def test_filters_keep_what_they_say(
    kim: Person, store: Store, query: str, keeps: Callable[[listing.Row], bool]
) -> None:
    rows = listing.page(store, Filter(), "open", "queue", now=0.0)
    kept = [row.id for row in rows if keeps(row)]
    assert listed(kim.get(f"/queue?{query}")) == kept


@pytest.mark.parametrize("sort", listing.SORTS)
@pytest.mark.parametrize("state", listing.STATES)
def test_every_state_and_order_can_be_asked_for(kim: Person, state: str, sort: str) -> None:
    kim.get(f"/queue?state={state}&sort={sort}")
    assert kim.status == 200


@pytest.mark.parametrize(
    "query",
    [
        "sort=password",
        "state=1%20OR%201",
        "score=high",
        "after=yesterday",
        "sort=text%3B%20DROP%20TABLE%20user",
    ],
)
def test_what_is_no_filter_is_refused_in_words(kim: Person, query: str) -> None:
    kim.get(f"/queue?{query}")
    assert kim.status == 400
    assert kim.call("GET", f"/queue?{query}")["error"]["status"] == 400


def test_a_filter_is_worked_off_and_goes_along(kim: Person, store: Store) -> None:
    rows = listing.page(store, Filter(quota="audit"), "open", "queue", now=0.0)
    kim.get("/queue?quota=audit")
    kim.post("/review/next", quota="audit")
    for row in rows:
        assert kim.item == row.id
        kim.decide("intent:greet")
    assert "Nothing waits under this filter" in kim.page


def test_a_filter_is_kept_for_oneself(kim: Person, robin: Person) -> None:
    kim.get("/queue?text=mug")
    kim.post("/queue/saved", name="<mugs>", text="mug", state="all", sort="said")
    assert "&lt;mugs&gt;" in kim.get("/queue")
    assert "mugs" not in robin.get("/queue")
    link = re.search(r'<a class="chip" href="([^"]+)"', kim.page)
    assert link
    assert kim.get(link[1].replace("&amp;", "&")).count("mug") > 3


def test_history_takes_back_what_one_has_decided(kim: Person, robin: Person, store: Store) -> None:
    first = kim.start()
    kim.decide("intent:greet")
    kim.decide("intent:cancel_order")
    kim.get("/history")
    assert listed(kim.page)[-1] == first
    assert not listed(robin.get("/history"))
    assert listed(robin.get("/history?who=all"))
    assert "Take back" not in robin.page
    kim.post("/review/undo", item=str(first))
    assert kim.item == first
    assert history.own(store, first, "kim") is None


def test_progress_counts_and_compares(kim: Person, robin: Person, store: Store) -> None:
    rows = [item.id for item in queue.open_items(store)][:3]
    for item, intents in zip(
        rows, [("greet", "greet"), ("greet", "greet"), ("x", "y")], strict=True
    ):
        kim.get(f"/review/{item}")
        kim.decide(f"intent:{intents[0]}")
        with store.write() as connection:
            connection.execute(
                "INSERT INTO decision (item, reviewer, outcome, intent, entities,"
                " entities_confirmed, decided_at) VALUES (?, 'robin', 'labelled', ?, '[]', 1, 1)",
                (item, intents[1]),
            )
    (pair,) = agreements(store)
    assert (pair.shared, round(pair.kappa or 0, 2)) == (3, 0.40)
    page = kim.get("/progress")
    assert "kim, robin" in page
    assert "0.40" in page


def test_progress_tells_the_median_of_a_day(kim: Person, store: Store) -> None:
    waiting = [item.id for item in queue.open_items(store)][:4]
    for item, seconds in zip(waiting, (2.0, 9.0, None, 3.0), strict=True):
        decision = Decision(item, Outcome.LABELLED, "greet", (), True, seconds=seconds)
        decisions.write(store, decision, reviewer="kim", now=86_400.0)
    (day,) = kim.call("GET", "/progress")["days"]
    assert day == {"day": "1970-01-02", "decided": 4, "median_seconds": 3.0}
    with store.write() as connection:  # the page shows the last days only
        connection.execute("UPDATE decision SET decided_at = unixepoch()")
    assert ">3.0 s<" in kim.get("/progress")


def test_keys_are_shown_on_the_buttons_and_can_be_changed(kim: Person, robin: Person) -> None:
    kim.get("/keys")
    kim.post("/keys", **{**DEFAULTS, "ignore": "x", "skip": "Space"})
    kim.start()
    assert re.search(r'value="ignore" data-key="x"', kim.page)
    assert re.search(r'value="skip" data-key=" "', kim.page)
    robin.start()
    assert re.search(r'value="ignore" data-key="d"', robin.page)
    kim.get("/keys")
    kim.post("/keys", reset="1")
    kim.start()
    assert re.search(r'value="ignore" data-key="d"', kim.page)


@pytest.mark.parametrize("key", ["a", "1", "", "xx", "\x00"])
def test_a_key_that_cannot_be_used_is_refused(kim: Person, key: str) -> None:
    kim.get("/keys")
    kim.post("/keys", **{**DEFAULTS, "ignore": key})
    assert kim.status == 400


def test_gaps_are_shown_with_a_way_to_decide_them_together(
    kim: Person, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = queue.open_items(store)[0]
    assert "fits no intent" in kim.get("/gaps")
    assert kim.call("GET", "/gaps") == {"gaps": []}
    gap = Gap("gift_card", 12, 5, 7, (1, 2, 3, 2, 2, 2), "rising", "greet", (waits.text, "<b>a"))
    found = Insights(None, None, 99, 9, (gap,), None, None, None, None)
    monkeypatch.setattr("intent_al.web.gaps.found_gaps", lambda: found)
    page = kim.get("/gaps")
    assert "12 messages of 5 people" in page
    assert "&lt;b&gt;a" in page
    link = re.search(r'href="(/together[^"]+)"', page)
    assert link
    assert f'value="{waits.id}" checked' in kim.get(link[1].replace("&amp;", "&"))


def test_a_gap_is_put_into_the_queue_and_decided_together(
    kim: Person, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = [one.id for one in queue.candidates(store, "bot")][:4]
    asked = queue.open_items(store)[0].utterance
    gap = Gap("gift_card", 12, 5, 5, (1,) * 6, "rising", "greet", ("a mug",), (*fresh, asked))
    found = Insights(None, None, 99, 9, (gap,), None, None, None, None)
    monkeypatch.setattr("intent_al.web.gaps.found_gaps", lambda: found)
    waits = len(queue.open_items(store))
    kim.get("/gaps")
    kim.post("/gaps/decide", name="gift_card")
    assert len(re.findall('name="items"', kim.page)) == 5
    assert len(queue.open_items(store)) == waits + 4
    kim.post("/gaps/decide", name="gift_card")
    assert kim.call("POST", "/gaps/pick", {"name": "gift_card"}) == {"items": 0}
    items = queue.items_of(store, fresh)
    answer = kim.client.post(
        "/together",
        data={**kim.hidden(), "items": [*map(str, items)], "typed": "gift_card", "choice": "new"},
        follow_redirects=True,
    )
    assert "4 decided" in answer.get_data(as_text=True)
    assert len(re.findall('name="items"', answer.get_data(as_text=True))) == 1
    assert {one.intent for one in decisions.answered(store, "bot")} == {"gift_card"}
    kim.post("/gaps/decide", name="no such")
    assert kim.status == 400


def test_metrics_are_prometheus_text(kim: Person) -> None:
    kim.start()
    page = kim.get("/metrics")
    assert re.search(r"^intent_al_queue_open 20$", page, re.M)
    assert re.search(r'^intent_al_http_request_seconds_bucket\{.*le="\+Inf"\} \d+$', page, re.M)
    for line in page.splitlines():
        assert re.fullmatch(r"#.*|[a-z_]+(\{[^}]*\})? [-+0-9.e]+", line), line


def test_health_says_nothing_else(app: Flask) -> None:
    assert app.test_client().get("/healthz").get_json() == {"status": "ok"}


def test_every_string_is_used_and_every_use_is_a_string() -> None:
    folder = Path(texts.__file__).parent
    sources = [path for path in folder.rglob("*") if path.suffix in (".py", ".html", ".js")]
    code = "\n".join(path.read_text() for path in sources if path.name != "texts.py")
    families = ("key_", "state_", "sort_", "done_", "nav_", "gap_")
    unused = [
        key
        for key in texts.TEXTS
        if not re.search(rf"""["'.]{key}\b""", code) and not key.startswith(families)
    ]
    assert not unused
    for key in re.findall(r"""\bsay\(["'](\w+)["']""", code):
        if not key.endswith("_"):
            assert key in texts.TEXTS
