"""By keyboard and screen reader, on a phone and in the dark: axe-core finds nothing serious."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from intent_al.store import Store, decisions
from tests.support.keyboard import SEEN, SignIn, begin, press
from tests.support.limits import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PATHS = (
    "queue",
    "together?item=3",
    "gaps",
    "changes",
    "history",
    "progress",
    "keys",
    "audit",
    "people",
    "login",
)


def serious(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{page.url} {one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_serious(
    address: str, sign_in: SignIn, device: dict[str, object], scheme: str
) -> None:
    pytest.importorskip("axe_playwright_python")
    page = sign_in(address, "ada", color_scheme=scheme, **device)
    found = serious(page)
    begin(page)
    press(page, "a")
    page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    found += serious(page)
    page.keyboard.press("e")
    found += serious(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    found += serious(page)
    for path in PATHS:
        page.goto(f"{address}/{path}")
        found += serious(page)
    assert not found


def test_a_phone_scrolls_one_way_only_and_decides_by_touch(
    address: str, sign_in: SignIn, store: Store
) -> None:
    page = sign_in(address, **PHONE)
    page.tap("form.centre button.main")
    page.wait_for_selector(SEEN)
    for path in ("", "queue", "changes", "history", "progress", "keys"):
        if path:
            page.goto(f"{address}/{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 1, path
    page.goto(f"{address}/review")
    page.wait_for_selector("form.centre button.main, .card")
    if page.query_selector("form.centre button.main"):  # or what was on its way when we left
        page.tap("form.centre button.main")
    page.wait_for_selector(SEEN)
    page.tap(".options .first")
    until(lambda: len(decisions.answered(store, "bot")) == 1)


def test_focus_moves_to_the_next_text_and_what_was_done_is_announced(
    address: str, sign_in: SignIn
) -> None:
    page = sign_in(address)
    begin(page)
    press(page, "a")
    assert page.evaluate("document.activeElement.classList.contains('utterance')")
    assert page.get_attribute("#done", "role") == "status"
    until(lambda: ":" in (page.text_content("#done") or ""))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.card') !== null")


def test_everything_is_reached_with_the_tab_key(address: str, sign_in: SignIn, bot: Path) -> None:
    page = sign_in(address)
    begin(page)
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        words = page.evaluate("document.activeElement.textContent.trim().split(/\\s+/)[0]")
        reached.add(words)
    assert {"Out", "Depends", "Skip", "Ignore", "Undo", "Flag", "Take", "New"} <= reached
