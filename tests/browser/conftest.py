"""A real server, a real browser, and somebody who has signed in."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from intent_al import steps
from intent_al.project.config import find_project
from intent_al.store import Store, accounts
from intent_al.web.passwords import hashed
from intent_al.workspace import Workspace
from tests.support import chromium, page_server, small_bot

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "a long password"
SignIn = Callable[..., "Page"]
NEXT = """(before) => {
  const card = document.querySelector(".card");
  return !card || (card.dataset.item !== before && document.querySelector("#place[data-seen]"));
}"""
SEEN = "#place[data-seen] .card"
"""The card, once it is drawn: what was pressed before does not count."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    pytest.importorskip("playwright", reason="without the browser's driver")
    if chromium.installed() is None:
        missing = "there is no Chromium: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with chromium.chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bot = small_bot.make(tmp_path_factory.mktemp("browser") / "bot", turns=120)
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        steps.select(workspace, size=40)
        for name, role in (("kim", "reviewer"), ("ana", "approver"), ("ada", "admin")):
            password = hashed(PASSWORD, name)
            accounts.add_user(workspace.store, name, role, password, by="test", now=time.time())
    return bot


@pytest.fixture
def bot(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "bot")
    return tmp_path / "bot"


@pytest.fixture
def store(bot: Path) -> Iterator[Store]:
    with Store(find_project(bot).database) as opened:
        yield opened


@pytest.fixture
def address(bot: Path) -> Iterator[str]:
    with page_server.served(bot) as found:
        yield found


@pytest.fixture
def sign_in(browser: Browser) -> Iterator[SignIn]:
    """Opens a window of somebody's own; at the end no page may have failed."""
    contexts, errors = [], list[str]()

    def opened(address: str, name: str = "kim", **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}/login")
        page.fill("[name=name]", name)
        page.fill("[name=password]", PASSWORD)
        page.click("form.panel button.main")
        page.wait_for_selector("header.bar")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not errors


def begin(page: Page, *, ahead: bool = False) -> int:
    """From the start page to the first card; its item. ``ahead``: until the next ones are there."""
    if ahead:
        with page.expect_event("requestfinished", lambda one: one.url.endswith("/api/v1/claims")):
            return begin(page)
    # The button has the focus only from the first paint on; Enter before that is lost
    page.wait_for_selector("form.centre button.main:focus, .card")
    if page.query_selector("form.centre button.main"):
        page.keyboard.press("Enter")
    page.wait_for_selector(SEEN)
    return item_of(page)


def item_of(page: Page) -> int:
    return int(page.get_attribute(".card", "data-item") or 0)


def press(page: Page, key: str) -> int:
    """Press a key that decides, and wait until the next card is seen; its item, 0 at the end."""
    before = item_of(page)
    page.keyboard.press(key)
    page.wait_for_function(NEXT, arg=str(before))
    return item_of(page) if page.query_selector(".card") else 0


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)
