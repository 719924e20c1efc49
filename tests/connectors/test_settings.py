"""Options are declared once: parsed from strings, refused with help, listed for CLI and docs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from connectors.errors import SettingsError
from connectors.settings import option, options, parse_settings


@dataclass(frozen=True, kw_only=True)
class Settings:
    path: Path = option(help="where it is")
    limit: int = option(10, minimum=1, help="how many")
    rate: float = option(0.5, help="how fast")
    most: int = option(10, maximum=1_000, help="how many at most")
    share: float = option(0.5, minimum=0, maximum=1, help="how much")
    level: str = option("low", choices=("low", "high"), help="how loud")
    kinds: tuple[str, ...] = option((), choices=("user", "bot"), help="whose")
    follow: bool = option(False, help="whether to wait")
    mode: Literal["new", "all"] = option("new", help="which")
    senders: Sequence[str] = option((), help="who", parse=lambda value: tuple(str(value)))
    names: tuple[str, ...] = option((), help="names")
    columns: Mapping[str, str] = option({}, help="what is where")
    language: str | None = option(None, help="of the texts")
    password: str = option("", help="opens it", secret=True)
    port: int | None = option(None, help="where it listens", secret=True)


def parse(**values: object) -> Settings:
    return parse_settings(Settings, {"path": "x", **values})


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("path", "logs/rasa.db", Path("logs/rasa.db")),
        ("limit", "25", 25),
        ("limit", 25, 25),
        ("limit", 25.0, 25),
        ("rate", "1e-2", 0.01),
        ("rate", 2, 2.0),
        ("follow", "yes", True),
        ("follow", "OFF", False),
        ("follow", True, True),
        ("mode", "all", "all"),
        ("names", "anna, ben", ("anna", "ben")),
        ("names", ["anna", "ben"], ("anna", "ben")),
        ("names", "", ()),
        ("names", ["anna", ""], ("anna",)),
        ("most", 1_000, 1_000),
        ("share", 1, 1.0),
        ("level", "high", "high"),
        ("kinds", ["bot"], ("bot",)),
        ("columns", "text=message, timestamp=at", {"text": "message", "timestamp": "at"}),
        ("columns", '{"text": "a=b"}', {"text": "a=b"}),
        ("columns", {"text": "message"}, {"text": "message"}),
        ("language", "de", "de"),
        ("language", None, None),
        ("port", "8080", 8080),
        ("port", "", None),
    ],
)
def test_values_become_the_annotated_type(name, given, expected):
    value = getattr(parse(**{name: given}), name)
    assert value == expected
    assert type(value) is type(expected) or isinstance(value, type(expected))


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("limit", "many", "a whole number"),
        ("limit", 2.5, "a whole number"),
        ("limit", True, "a whole number"),
        ("limit", "0", "at least 1"),
        ("limit", float("inf"), "a whole number"),
        ("rate", "nan", "a number"),
        ("rate", [1], "a number"),
        ("most", 1_001, "must be at most 1,000, not 1001"),
        ("share", "1.5", "must be from 0 to 1, not '1.5'"),
        ("level", "hihg", "cannot be 'hihg'; did you mean 'high'? valid: low, high"),
        ("kinds", "user, bots", "cannot be 'bots'; did you mean 'bot'? valid: user, bot"),
        ("follow", "perhaps", "true or false"),
        ("mode", "some", "one of new, all"),
        ("names", 7, "a list of texts"),
        ("names", ["anna", 7], "a list of texts"),
        ("columns", "text", "key=value"),
        ("columns", "{broken", "key=value"),
        ("columns", {"text": 7}, "a table of texts"),
        ("path", "", "a path"),
        ("path", 7, "a path"),
        ("language", 7, "text"),
    ],
)
def test_a_wrong_value_is_refused_in_words(name, given, expected):
    with pytest.raises(SettingsError) as caught:
        parse(**{name: given})
    assert repr(name) in str(caught.value)
    assert expected in str(caught.value)


def test_unknown_key_names_the_nearest():
    with pytest.raises(SettingsError, match="unknown setting 'limits'; did you mean 'limit'"):
        parse(limits=3)


def test_unknown_key_far_from_all_lists_them():
    with pytest.raises(SettingsError, match=r"valid: columns, follow, .*rate"):
        parse(zzzzzz=3)


def test_dashes_of_a_command_line_are_underscores():
    @dataclass(frozen=True, kw_only=True)
    class Paged:
        page_size: int = option(10, help="rows a page")

    assert parse_settings(Paged, {"page-size": "5"}).page_size == 5


def test_missing_value_says_what_it_is():
    with pytest.raises(SettingsError, match=r"settings of mine: .*'path' is missing: where it is"):
        parse_settings(Settings, {}, owner="mine")


def test_secrets_stay_out_of_repr_errors_and_tracebacks():
    assert "hunter2" not in repr(parse(password="hunter2"))
    with pytest.raises(SettingsError) as caught:
        parse(port="hunter2")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert "'port' must be a whole number" in str(caught.value)


def test_options_are_listed_for_cli_and_docs():
    listed = {known.name: known for known in options(Settings)}
    assert list(listed)[:2] == ["path", "limit"]
    assert listed["path"].required
    assert listed["limit"].default == 10
    assert listed["limit"].type == "a whole number"
    assert listed["port"].type == "a whole number"
    assert listed["columns"].default == {}
    assert listed["password"].secret
    assert listed["password"].default is None


def test_defaults_are_not_shared():
    first, second = parse(), parse()
    assert first.columns == {}
    assert first.columns is not second.columns
