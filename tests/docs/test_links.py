"""A link inside the repository leads somewhere, and so does its anchor."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.blocks import documents
from tests.support.places import ROOT

LINK = re.compile(r"!?\[(?P<words>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^)\s]+)\)")
INLINE_CODE = re.compile(r"`[^`]*`")
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)


def _prose(path: Path) -> str:
    return FENCED.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """Anchors of a document's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", _prose(path), re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        found.add(words.replace(" ", "-"))
    return found


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_resolve(path: Path) -> None:
    wrong = []
    # code in a link's words is fine, brackets in code are no link
    for found in LINK.finditer(INLINE_CODE.sub(lambda code: "x" * len(code[0]), _prose(path))):
        target, _, anchor = found["target"].partition("#")
        if "://" in target:
            continue
        there = (path.parent / target).resolve() if target else path
        inside = there == ROOT or ROOT in there.parents
        if not inside or not there.exists() or (anchor and anchor not in anchors(there)):
            wrong.append(found["target"])
    assert not wrong


def test_every_page_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for found in LINK.finditer(_prose(page)):
            there = (page.parent / found["target"].partition("#")[0]).resolve()
            there = there / "README.md" if there.is_dir() else there
            if there.suffix == ".md" and there.exists():
                waiting.append(there)
    assert not set(documents()) - seen
