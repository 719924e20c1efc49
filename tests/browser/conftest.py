"""A real server, a real browser, and somebody who has signed in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from intent_al.project.config import find_project
from intent_al.store import Store
from tests.support import chromium, page_server
from tests.support.keyboard import SignIn
from tests.support.limits import HANG
from tests.support.people import PASSWORD, bot_with_people

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


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
    return bot_with_people(tmp_path_factory.mktemp("browser") / "bot", turns=120, size=40)


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
        context.set_default_timeout(1000 * HANG)
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
