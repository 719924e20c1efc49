"""Declare an option once, so that parsing, validation, ``--help`` and the docs cannot disagree.

Settings (of a connector, or of one table of a project) are a frozen dataclass with fields made by
``option``::

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        path: Path = option(help="the file to read")
        page_size: int = option(2000, minimum=1, help="records a page")

``parse_settings`` builds one from what TOML, the environment or a command line hold: strings are
turned into the annotated type, an unknown key is an error that names the nearest valid one. Values
of options marked ``secret`` appear neither in ``repr`` nor in an error.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from connectors.errors import SettingsError
from connectors.names import did_you_mean

S = TypeVar("S")

_WORDS = {
    "true": True, "yes": True, "on": True, "1": True,
    "false": False, "no": False, "off": False, "0": False,
}  # fmt: skip


@dataclass(frozen=True)
class Option:
    """One setting, as the command line and the docs show it; a secret default is never shown."""

    name: str
    type: str
    required: bool
    default: object
    help: str
    secret: bool


def option(
    default: Any = MISSING,
    *,
    help: str,
    secret: bool = False,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: Collection[object] = (),
    parse: Callable[[object], object] | None = None,
) -> Any:
    """Declare a setting: required without ``default``, secret values are hidden everywhere.

    ``minimum`` and ``maximum`` are themselves valid; ``choices`` hold for each item of a list.
    ``parse`` replaces the conversion by annotation; it raises ValueError saying what is valid.
    """
    metadata = {
        "help": help,
        "secret": secret,
        "limits": (minimum, maximum),
        "choices": choices,
        "parse": parse,
    }
    if isinstance(default, (dict, list, set)):
        return dataclasses.field(
            default_factory=lambda: type(default)(default), repr=not secret, metadata=metadata
        )
    return dataclasses.field(default=default, repr=not secret, metadata=metadata)


def options(settings_type: type) -> list[Option]:
    """All settings of a connector in the order of declaration."""
    hints = get_type_hints(settings_type)
    found = []
    for field in dataclasses.fields(settings_type):
        default = field.default
        if default is MISSING and field.default_factory is not MISSING:
            default = field.default_factory()
        found.append(
            Option(
                name=field.name,
                type=_describe(hints[field.name]),
                required=default is MISSING,
                default=None if default is MISSING or field.metadata["secret"] else default,
                help=field.metadata["help"],
                secret=field.metadata["secret"],
            )
        )
    return found


def parse_settings(
    settings_type: type[S], values: Mapping[str, object], *, owner: str = "", table: str = ""
) -> S:
    """Build the settings from strings or already typed values.

    ``owner`` says in errors whose they are, ``table`` in which part of a file a setting stands.
    """
    if not dataclasses.is_dataclass(settings_type):
        raise TypeError(f"{settings_type!r} is no dataclass")
    hints = get_type_hints(settings_type)
    fields = {field.name: field for field in dataclasses.fields(settings_type)}
    where = f"settings of {owner}" if owner else None
    parsed: dict[str, object] = {}
    for key, value in values.items():
        name = str(key).replace("-", "_")
        if name not in fields:
            hint = did_you_mean(name, sorted(fields))
            raise SettingsError(f"unknown setting {_shown(table, key)}{hint}", where=where)
        try:
            parsed[name] = _value(fields[name], hints[name], value)
        except ValueError as error:
            # The cause would carry the value of a secret into a traceback.
            message = f"the setting {_shown(table, name)} {error}"
            raise SettingsError(message, where=where) from None
    for name, field in fields.items():
        required = field.default is MISSING and field.default_factory is MISSING
        if required and name not in parsed:
            message = f"the setting {_shown(table, name)} is missing: {field.metadata['help']}"
            raise SettingsError(message, where=where)
    return settings_type(**parsed)


def _shown(table: str, name: str) -> str:
    return f"[{table}] {name}" if table else repr(name)


def _value(field: dataclasses.Field[Any], annotation: object, value: object) -> object:
    """Raises ValueError that goes on after the name of the setting."""
    facts = field.metadata
    parse = facts["parse"]
    try:
        result = parse(value) if parse else coerce(annotation, value)
        _within(result, *facts["limits"])
    except ValueError as error:
        if facts["secret"]:
            expected = f"must be {_describe(annotation)}, not a value that is not shown"
            raise ValueError(expected) from None
        raise ValueError(f"must be {error}, not {value!r}") from None
    for item in result if isinstance(result, tuple) else (result,):
        if facts["choices"] and item not in facts["choices"]:
            raise ValueError(f"cannot be {item!r}{did_you_mean(str(item), facts['choices'])}")
    return result


def _within(value: object, low: float | None, high: float | None) -> None:
    if not isinstance(value, (int, float)):
        return
    if (low is not None and value < low) or (high is not None and value > high):
        if low is not None and high is not None:
            raise ValueError(f"from {low:,} to {high:,}")
        raise ValueError(f"at least {low:,}" if low is not None else f"at most {high:,}")


def coerce(annotation: Any, value: object) -> object:
    """Turn ``value`` into the annotated type; ValueError says in words what was expected."""
    origin = get_origin(annotation)
    arguments = get_args(annotation)
    if origin in (Union, UnionType):
        inner = [part for part in arguments if part is not NoneType]
        if value is None or (value == "" and inner[0] is not str):
            return None
        return coerce(inner[0], value)
    if origin is Literal:
        if value in arguments:
            return value
    elif origin in (tuple, list):
        items = _items(value)
        if items is not None:
            with contextlib.suppress(ValueError):
                return tuple(coerce(arguments[0], item) for item in items if item != "")
    elif origin is not None and issubclass(origin, Mapping):
        table = _table(value)
        if table is not None:
            with contextlib.suppress(ValueError):
                return {str(key): coerce(arguments[1], item) for key, item in table.items()}
    else:
        scalar = _scalar(annotation, value)
        if scalar is not None:
            return scalar
    raise ValueError(_describe(annotation))


def _scalar(annotation: type, value: object) -> object | None:
    text = value.strip() if isinstance(value, str) else None
    if annotation is bool:
        return value if isinstance(value, bool) else _WORDS.get((text or "").lower())
    if isinstance(value, bool):
        return None
    if annotation is str:
        return value if isinstance(value, str) else None
    if annotation is Path:
        # An empty path would be the current folder, which nobody means by "".
        return Path(value) if isinstance(value, Path) or text else None  # type: ignore[arg-type]
    if isinstance(value, (int, float, str)):
        try:
            number = float(value) if annotation is float else int(value)
        except (ValueError, OverflowError):
            return None
        exact = isinstance(value, str) or number == value  # 2.5 is no whole number
        return number if exact and math.isfinite(number) else None
    return None


def _items(value: object) -> list[object] | None:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else None


def _table(value: object) -> Mapping[Any, object] | None:
    """A table as it is, or ``a=b,c=d`` or a JSON object, which is how a command line gives one."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, str):
        return None
    if value.lstrip().startswith("{"):
        try:
            table = orjson.loads(value)
        except orjson.JSONDecodeError:
            return None
        return table if isinstance(table, dict) else None
    pairs = [part.split("=", 1) for part in value.split(",") if part.strip()]
    if any(len(pair) != 2 for pair in pairs):
        return None
    return {key.strip(): item.strip() for key, item in pairs}


def _describe(annotation: Any) -> str:
    origin = get_origin(annotation)
    arguments = get_args(annotation)
    if origin in (Union, UnionType):
        return _describe(next(part for part in arguments if part is not NoneType))
    if origin is Literal:
        return "one of " + ", ".join(map(str, arguments))
    many = {str: " of texts", int: " of whole numbers", float: " of numbers"}
    if origin in (tuple, list):
        return f"a list{many.get(arguments[0], '')} (or comma-separated text)"
    if origin is not None and issubclass(origin, Mapping):
        return f"a table{many.get(arguments[1], '')} (or key=value, comma-separated)"
    words = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    return words.get(annotation, "a path" if annotation is Path else str(annotation))
