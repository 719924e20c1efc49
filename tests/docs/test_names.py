"""The field's words in the code: one class a name, and no word that the glossary has put away."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.docs.blocks import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
NAMED = re.compile(r"`(?P<path>[\w/]+\.py)` `(?P<name>[\w.]+)`")
ROW = re.compile(r"^\|(?P<term>[^|]+)\|(?P<meaning>[^|]+)\|(?P<code>[^|]+)\|(?P<not>[^|]*)\|$")


def sources() -> list[Path]:
    return [
        path for package in ("connectors", "intent_al") for path in (ROOT / package).rglob("*.py")
    ]


def rows() -> list[re.Match[str]]:
    """The rows of the glossary's tables, without their heads."""
    found = [ROW.match(line) for line in GLOSSARY.read_text(encoding="utf-8").splitlines()]
    tables = [row for row in found if row is not None]
    return [row for row in tables if row["term"].strip(" -:") not in ("", "term")]


def test_no_two_public_classes_have_one_name() -> None:
    places = defaultdict(list)
    for path in sources():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def identifiers(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def test_no_identifier_has_a_word_that_the_glossary_has_put_away() -> None:
    put_away = {word for row in rows() for word in re.findall(r"`(\w+)`", row["not"])}
    assert {"likeness", "desk"} <= put_away, "the glossary has lost its fourth column"
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources()
        for name in identifiers(ast.parse(path.read_text(encoding="utf-8")))
        if put_away & set(re.findall(r"[a-z]+", re.sub(r"([A-Z])", r" \1", name).lower()))
    ]
    assert wrong == []


def test_what_the_glossary_names_is_there() -> None:
    for row in rows():
        for place in re.findall(r"`((?:intent_al|connectors)[\w/]*(?:\.py)?/?)`", row["code"]):
            assert (ROOT / place).exists(), f"{row['term'].strip()}: {place}"


def test_each_term_has_one_meaning() -> None:
    terms = [row["term"].strip() for row in rows()]
    assert len(terms) > 80
    assert len(set(terms)) == len(terms)
    assert all(row["meaning"].strip().endswith(".") for row in rows())
    assert all("`" in row["code"] for row in rows())


def test_a_word_that_is_put_away_is_no_term() -> None:
    put_away = {word for row in rows() for word in re.findall(r"`(\w+)`", row["not"])}
    assert not put_away & {row["term"].strip() for row in rows()}


def test_what_the_glossary_names_of_a_file_stands_in_it() -> None:
    found = [(row, match) for row in rows() for match in NAMED.finditer(row["code"])]
    assert len(found) > 50
    for row, match in found:
        text = (ROOT / match["path"]).read_text(encoding="utf-8")
        for name in match["name"].split("."):
            assert re.search(rf"\b{name}\b", text), (row["term"].strip(), match[0])
