"""Personal data in training data: where it stands exactly, and that it is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al.texts.personal_data import Policy
from intent_al.training_data import lint
from intent_al.training_data.lint.findings import Finding
from intent_al.training_data.lint.personal import personal_data
from tests.support.planning import RASA

SECRETS = ("anna@mail.test", "07700 900123", "4111 1111 1111 1111", "GB29 NWBK 6016 1331 9268 19")
HEAD = 'version: "3.1"\nnlu:\n'


def found_in(folder: Path, text: str, **more: object) -> list[Finding]:
    path = folder / "nlu.yml"
    path.write_bytes((HEAD + text).encode())
    inputs = lint.load(RASA, [path])
    assert not inputs.unreadable
    return list(personal_data(inputs, Policy(), **more))  # type: ignore[arg-type]


def pieces(folder: Path, found: list[Finding]) -> list[str]:
    """What stands at the places that the findings name."""
    lines = (folder / "nlu.yml").read_text("utf-8").split("\n")
    return [
        lines[one.place.line - 1][one.place.column - 1 : one.place.end - 1] if one.place.end else ""
        for one in found
    ]


def lines_of(kind: str, *lines: str) -> str:
    return f"- {kind}: name\n  examples: |\n" + "".join(f"    - {line}\n" for line in lines)


@pytest.mark.parametrize(
    "line",
    [
        "write to {}",
        "{} and [more](thing)",
        "[a](thing) and [b]{{\"entity\": \"thing\"}}: {}",
        "that is [{}](contact)",
        "ünï 😂 [x](thing) {}",
        "[x](thing:{})",
        "[x]{{\"entity\": \"thing\", \"value\": \"{}\"}}",
        "[x][{{\"entity\": \"a\"}}, {{\"entity\": \"b\", \"value\": \"{}\"}}]",
    ],
)  # fmt: skip
@pytest.mark.parametrize("secret", SECRETS)
def test_a_piece_is_found_where_it_stands(tmp_path: Path, line: str, secret: str) -> None:
    found = found_in(tmp_path, lines_of("intent", "hello", line.format(secret)))
    assert pieces(tmp_path, found)[0] == secret
    assert len(found) == 1
    assert found[0].place.line == 6


@pytest.mark.parametrize("kind", ["synonym", "lookup", "regex"])
def test_lines_and_names_of_other_kinds(tmp_path: Path, kind: str) -> None:
    found = found_in(
        tmp_path, lines_of(kind, "x", "a@b.test, a@b.test").replace("name", "c@d.test")
    )
    assert pieces(tmp_path, found) == ["a@b.test", "a@b.test", "c@d.test"]
    assert len({one.place.column for one in found}) == 3


@pytest.mark.parametrize(
    "text",
    [
        "hi {} you",
        '"hi {} you"',
        "'it''s {}'",
        '"\\u0068ï {}"',
        ">\n      hi\n      {}",
        "|\n      hi {}",
    ],
)
def test_objects_in_any_notation(tmp_path: Path, text: str) -> None:
    secret = "anna@mail.test"
    source = "- intent: a\n  examples:\n  - text: " + text.format(secret) + "\n"
    found = found_in(tmp_path, source)
    assert len(found) == 1
    assert pieces(tmp_path, found)[0] in (secret, "")
    assert 5 <= found[0].place.line <= 7
    if "\\" not in text and ">" not in text:
        assert pieces(tmp_path, found) == [secret]


def test_metadata_is_looked_at_once(tmp_path: Path) -> None:
    source = "- intent: a\n  metadata:\n    from: anna@mail.test\n  examples: |\n    - x\n    - y\n"
    (found,) = found_in(tmp_path, source)
    assert "the metadata of a text" in found.message


@pytest.mark.parametrize("secret", SECRETS)
def test_no_piece_is_shown_not_even_its_neighbours(tmp_path: Path, secret: str) -> None:
    texts = (f"{secret} / {' / '.join(SECRETS)}", f"[x](thing:{secret})")
    found = found_in(tmp_path, lines_of("intent", *texts) + lines_of("lookup", *texts[:1]))
    assert len(found) >= 10
    for one in found:
        assert not any(hidden in one.message for hidden in SECRETS)
        assert not any(char.isdigit() for char in one.message)
        assert "anna" not in one.message


def test_what_is_allowed_stands_beside_what_is_not(tmp_path: Path) -> None:
    text = lines_of("intent", "info@mail.test or anna@mail.test")
    found = found_in(tmp_path, text, allow=["info@*"])
    assert pieces(tmp_path, found) == ["anna@mail.test"]


def test_only_the_texts_of_masked_examples_are_passed_over(tmp_path: Path) -> None:
    text = lines_of("intent", "a@b.test", "c@d.test", "[x](thing:e@f.test)")
    found = found_in(tmp_path, text, masked_before=lambda one: "c@d" not in one.text)
    assert pieces(tmp_path, found) == ["c@d.test", "e@f.test"]


def test_a_hostile_allowlist_entry_takes_no_time(tmp_path: Path) -> None:
    text = lines_of("intent", "a" * 50_000 + "@mail.test")
    assert len(found_in(tmp_path, text, allow=["*a" * 30 + "*b"])) == 1
