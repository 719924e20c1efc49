"""A reviewer at the keyboard: every key, a network that fails, a session that ends."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from intent_al.check.waiting import ServerQuestion
from intent_al.records import Outcome
from intent_al.store import Store, accounts, decisions, history, queue
from intent_al.store.decisions import Decision
from tests.support import page_server
from tests.support.keyboard import SEEN, SignIn, begin, item_of, press
from tests.support.limits import HANG, until
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.slow
REST, TWO_FRAMES = 400, 50  # milliseconds

# A key that went down some milliseconds ago, and that the browser hands over now.
LATE = """([key, ago]) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  Object.defineProperty(event, "timeStamp", { value: performance.now() - ago });
  document.activeElement.dispatchEvent(event);
}"""


def stored(store: Store) -> list[tuple[str, str | None]]:
    return [(one.outcome.value, one.intent) for one in decisions.answered(store, "bot")]


def held_back(page: Page, held: list[Route]) -> None:
    until(lambda: page.wait_for_timeout(20) or held)  # a handler runs while the page is asked


def stop_the_clock(page: Page) -> None:
    """Of the page: from here on time passes, and frames are drawn, when a test says so."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 60)


def typed_ahead(page: Page) -> None:
    for key in "aadt":
        page.keyboard.press(key)


def test_one_key_decides_and_the_next_card_is_there(
    address: str, sign_in: SignIn, store: Store
) -> None:
    page = sign_in(address)
    seen = [begin(page)]
    expected: list[tuple[str, str | None]] = []
    for key, outcome in (
        ("a", "labelled"), ("Enter", "labelled"), ("2", "labelled"), ("o", "out_of_scope"),
        ("t", "depends_on_context"), (" ", "skip"), ("d", "ignore"),
    ):  # fmt: skip
        names = page.locator(".options .intent").all_text_contents()
        intent = {"labelled": names[1 if key == "2" else 0].strip()}.get(outcome)
        expected.append((outcome, intent))
        seen.append(press(page, key))
    until(lambda: len(stored(store)) == 7)
    assert stored(store) == expected
    assert len(set(seen)) == 8
    assert "8 of" in (page.text_content("#position") or "")


def test_twenty_reviews_are_approved_and_found_in_the_files(
    address: str, sign_in: SignIn, bot: Path, store: Store
) -> None:
    page = sign_in(address, "ana")
    begin(page)
    for _ in range(20):
        press(page, "a")
    until(lambda: len(stored(store)) == 20)
    page.click("nav >> text=Changes")
    added = page.locator(".diff .added").all_text_contents()
    assert len(added) >= 10
    page.click("text=Approve and write")
    page.wait_for_selector("p.done")
    written = (bot / "data" / "nlu.yml").read_text()
    for line in added:
        assert line[1:].strip() in written


def test_undo_goes_back_through_many_levels(address: str, sign_in: SignIn, store: Store) -> None:
    page = sign_in(address)
    seen = [begin(page)]
    seen += [press(page, "a") for _ in range(3)]
    until(lambda: len(stored(store)) == 3)
    assert press(page, "u") == seen[2]
    assert press(page, "Control+z") == seen[1]
    assert press(page, "u") == seen[0]
    until(lambda: not stored(store))
    assert press(page, "d") == seen[1]


def test_keys_do_nothing_while_somebody_types(address: str, sign_in: SignIn, store: Store) -> None:
    page = sign_in(address)
    item = begin(page)
    page.keyboard.press("/")
    page.keyboard.type("ado12 ")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.keyboard.type("odd")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("End")
    page.keyboard.press("Escape")
    for key in ("Control+a", "Alt+d", "Meta+o", "F5x"[:2]):
        if key != "F5":
            page.keyboard.press(key)
    assert item_of(page) == item
    assert not stored(store)


def test_an_intent_is_found_by_typing(address: str, sign_in: SignIn, store: Store) -> None:
    page = sign_in(address)
    begin(page)
    page.keyboard.press("/")
    page.keyboard.type("requ")
    assert page.locator(".found li").all_text_contents() == ["refund_request"]
    press(page, "Enter")
    page.keyboard.press("n")
    page.keyboard.type("gift_card")
    press(page, "Enter")
    until(lambda: len(stored(store)) == 2)
    assert [intent for _, intent in stored(store)] == ["refund_request", "gift_card"]
    page.keyboard.press("/")
    page.keyboard.type("ift")
    assert page.locator(".found li").all_text_contents() == ["gift_card"]


def test_next_and_previous_decide_nothing(address: str, sign_in: SignIn, store: Store) -> None:
    page = sign_in(address)
    first = begin(page)
    second = press(page, "j")
    assert press(page, "k") == first
    assert press(page, "ArrowRight") == second
    third = press(page, "a")
    assert third not in (first, second)
    until(lambda: len(stored(store)) == 1)
    assert history.own(store, second, "kim") is not None


def test_one_key_leads_to_the_conversation(address: str, sign_in: SignIn) -> None:
    page = sign_in(address)
    begin(page)
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.classList.contains('conversation')")


def test_help_shows_the_keys(address: str, sign_in: SignIn) -> None:
    page = sign_in(address)
    item = begin(page)
    page.keyboard.press("?")
    assert page.is_visible("dialog")
    page.keyboard.press("d")
    assert item_of(page) == item
    page.keyboard.press("Escape")
    assert not page.is_visible("dialog")


def test_decisions_survive_a_network_that_fails(
    address: str, sign_in: SignIn, store: Store
) -> None:
    page = sign_in(address)
    begin(page, ahead=True)
    page.context.set_offline(True)
    for _ in range(3):
        press(page, "a")
    until(lambda: "cannot be reached" in (page.text_content("#net") or ""))
    assert not stored(store)
    page.context.set_offline(False)
    until(lambda: len(stored(store)) == 3)
    until(lambda: not page.is_visible("#net"))


def test_who_types_before_the_next_card_is_there_decides_nothing(
    address: str, sign_in: SignIn, store: Store
) -> None:
    page = sign_in(address)
    page.clock.install()
    held: list[Route] = []
    page.route("**/api/v1/claims", lambda route: held.append(route))
    first = begin(page)
    held_back(page, held)
    stop_the_clock(page)
    page.keyboard.press("a")
    page.wait_for_selector("#place[aria-busy=true]")
    typed_ahead(page)
    page.clock.run_for(60_000)
    held[0].continue_()
    until(lambda: item_of(page) != first)
    second = item_of(page)
    typed_ahead(page)  # it is there, but the browser has not drawn it
    page.clock.run_for(TWO_FRAMES)
    assert page.query_selector("#place[data-seen]")
    for _ in range(3):  # who has typed blindly has to let the keyboard rest
        page.clock.run_for(REST - TWO_FRAMES)
        page.keyboard.press("a")
    assert item_of(page) == second
    page.clock.run_for(REST)
    page.keyboard.press("d")
    until(lambda: len(stored(store)) == 2)
    assert [one for one, _ in stored(store)] == ["labelled", "ignore"]


def test_who_waits_for_a_card_decides_as_soon_as_it_is_seen(
    address: str, sign_in: SignIn, store: Store
) -> None:
    page = sign_in(address)
    page.clock.install()
    held: list[Route] = []
    page.route("**/api/v1/claims", lambda route: held.append(route))
    first = begin(page)
    held_back(page, held)
    stop_the_clock(page)
    page.keyboard.press("a")
    held[0].continue_()
    until(lambda: item_of(page) != first)
    page.clock.run_for(TWO_FRAMES)
    page.keyboard.press("d")
    until(lambda: [one for one, _ in stored(store)] == ["labelled", "ignore"])


def test_a_key_that_a_slow_computer_hands_over_late_decides_nothing(
    address: str, sign_in: SignIn, store: Store
) -> None:
    page = sign_in(address)
    page.clock.install()
    first = begin(page, ahead=True)
    stop_the_clock(page)
    page.keyboard.press("a")
    until(lambda: item_of(page) != first)
    second = item_of(page)
    page.clock.run_for(TWO_FRAMES + REST)
    page.evaluate(LATE, ["a", TWO_FRAMES + REST])  # pressed before it was seen
    assert item_of(page) == second
    page.evaluate(LATE, ["d", 10 * 60_000])  # the clock of the keys has stood still in a sleep
    until(lambda: [one for one, _ in stored(store)] == ["labelled", "ignore"])


def test_a_click_before_a_card_is_drawn_decides_nothing(
    address: str, sign_in: SignIn, store: Store
) -> None:
    page = sign_in(address)
    page.clock.install()
    first = begin(page, ahead=True)
    stop_the_clock(page)
    page.keyboard.press("a")
    until(lambda: item_of(page) != first)
    second = item_of(page)
    page.click("button[value=skip]")
    assert item_of(page) == second
    page.clock.run_for(TWO_FRAMES)
    page.click("button[value=skip]")
    assert item_of(page) != second
    until(lambda: [one for one, _ in stored(store)] == ["labelled", "skip"])


def test_a_next_card_that_fails_to_come_is_asked_for_again(
    address: str, sign_in: SignIn, store: Store
) -> None:
    page = sign_in(address)
    page.route("**/api/v1/claims", lambda route: route.abort())
    begin(page)
    page.keyboard.press("a")
    until(lambda: "cannot be reached" in (page.text_content("#net") or ""))
    page.unroute_all()
    until(lambda: len(stored(store)) == 1)
    page.wait_for_selector(SEEN)
    press(page, "a")
    until(lambda: len(stored(store)) == 2)


def test_undo_that_is_on_its_way_comes_before_what_is_pressed_next(
    address: str, sign_in: SignIn, store: Store
) -> None:
    page = sign_in(address)
    held: list[Route] = []
    page.route("**/api/v1/undo", lambda route: held.append(route))
    first = begin(page)
    press(page, "a")
    until(lambda: len(stored(store)) == 1)
    page.keyboard.press("u")
    held_back(page, held)
    page.keyboard.press("d")
    held[0].continue_()
    until(lambda: item_of(page) == first)
    assert not stored(store)


def test_decisions_survive_a_reload_while_offline(
    address: str, sign_in: SignIn, store: Store
) -> None:
    page = sign_in(address)
    begin(page, ahead=True)
    page.route("**/api/v1/decisions", lambda route: route.abort())
    press(page, "a")
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute_all()
    page.reload()
    until(lambda: len(stored(store)) == 1)


def test_an_answer_that_is_lost_does_not_decide_twice(
    address: str, sign_in: SignIn, store: Store
) -> None:
    page = sign_in(address)
    lost: list[int] = []

    def lose(route: object) -> None:
        if not lost:
            lost.append(1)
            route.fetch()  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/api/v1/decisions", lose)
    begin(page)
    press(page, "a")
    until(lambda: "✓" in (page.text_content("#done") or "") and ":" in page.text_content("#done"))
    assert store.count("SELECT count(*) FROM decision") == 1


def test_a_session_that_ends_loses_nothing(address: str, sign_in: SignIn, store: Store) -> None:
    page = sign_in(address)
    begin(page, ahead=True)
    with store.write() as connection:
        connection.execute("DELETE FROM web_session")
    press(page, "a")
    until(lambda: "session has ended" in (page.text_content("#net") or ""))
    assert not stored(store)
    other = page.context.new_page()
    other.goto(f"{address}/login")
    other.fill("[name=name]", "kim")
    other.fill("[name=password]", PASSWORD)
    other.click("form.panel button.main")
    until(lambda: len(stored(store)) == 1)


def test_who_may_not_decide_any_more_is_told(address: str, sign_in: SignIn, store: Store) -> None:
    page = sign_in(address)
    begin(page, ahead=True)
    with store.write() as connection:
        connection.execute("UPDATE user SET role = 'viewer' WHERE name = 'kim'")
    press(page, "a")
    until(lambda: "a viewer may not do this" in (page.text_content("#net") or ""))
    assert not stored(store)


def test_a_server_that_is_killed_loses_nothing(bot: Path, sign_in: SignIn, store: Store) -> None:
    running, address = page_server.start(bot)
    page = sign_in(address)
    begin(page, ahead=True)
    page_server.stop(running, kill=True)
    press(page, "a")
    press(page, "d")
    again, _ = page_server.start(bot, int(address.rpartition(":")[2]))
    try:
        until(lambda: len(stored(store)) == 2)
    finally:
        page_server.stop(again)


def test_the_forms_work_without_script(address: str, sign_in: SignIn, store: Store) -> None:
    page = sign_in(address, java_script_enabled=False)
    page.click("form.centre button.main")
    first = item_of(page)
    page.click(".options .first")
    second = item_of(page)
    assert second != first
    page.click("text=Undo")
    assert item_of(page) == first
    page.click("button[value=skip]")
    assert [one for one, _ in stored(store)] == ["skip"]


def test_leaving_frees_the_cards_in_hand(address: str, sign_in: SignIn, store: Store) -> None:
    page = sign_in(address)
    begin(page, ahead=True)
    assert store.count("SELECT count(*) FROM claim") > 1
    page.goto(f"{address}/queue")
    until(lambda: store.count("SELECT count(*) FROM claim") == 0)


def test_the_build_pipeline_is_told_how_many_decisions_wait(
    address: str, bot: Path, store: Store
) -> None:
    item = next(one for one in queue.open_items(store) if one.quota != "audit")
    decision = Decision(item.id, Outcome.LABELLED, "greet", (), True)
    decisions.write(store, decision, reviewer="kim", now=time.time() - 7_200)
    kim = accounts.find_user(store, "kim")
    assert kim is not None
    token = accounts.add_token(store, kim, "t", ("read",), by="t", now=time.time(), seconds=60)
    found = ServerQuestion(address, token, HANG).result()
    assert (found.decisions, round(found.oldest_seconds / 3600)) == (1, 2)
    wrong = ServerQuestion(address, "wrong", HANG)
    assert "is INTENT_AL_TOKEN right?" in wrong.result().unknown
