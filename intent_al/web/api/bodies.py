"""Bodies of API requests: declared once, read and described by that."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

from intent_al.errors import UsageError
from intent_al.plugins import did_you_mean

Body = TypeVar("Body")


def read(kind: type[Body], data: object) -> Body:
    """``data`` as it came in JSON. Raises UsageError that names the field and what it should be."""
    if not isinstance(data, Mapping):
        raise UsageError("the body is one JSON object, as application/json")
    hints = typing.get_type_hints(kind)
    for name in data:
        if name not in hints:
            short = str(name)[:40]
            raise UsageError(f"there is no field {short!r}{did_you_mean(short, hints)}")
    values = {}
    for one in dataclasses.fields(kind):  # type: ignore[arg-type]
        if one.name in data:
            values[one.name] = _value(hints[one.name], data[one.name], one.name)
        elif one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING:
            raise UsageError(f"the field {one.name} is missing")
    return kind(**values)


def schema(hint: Any) -> dict[str, Any]:
    """The JSON schema of a dataclass or of a field's type."""
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        fields = dataclasses.fields(hint)
        required = [
            one.name
            for one in fields
            if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
        ]
        return {
            "type": "object",
            "properties": {one.name: schema(hints[one.name]) for one in fields},
            "required": required,
            "additionalProperties": False,
        }
    choices = _choices(hint)
    if choices is not None:
        return {"anyOf": [schema(one) for one in choices]}
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return {"type": "array", "items": schema(inner[0])}
    if origin is not None:
        return {"type": "object", "additionalProperties": schema(inner[1])}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"type": "string", "enum": [one.value for one in hint]}
    return {"type": _NAMES[hint]}


_NAMES = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


def _choices(hint: Any) -> tuple[Any, ...] | None:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return typing.get_args(hint)
    return None


def _value(hint: Any, value: object, name: str) -> Any:
    choices = _choices(hint)
    if choices is not None:
        if value is None and type(None) in choices:
            return None
        return _value(next(one for one in choices if one is not type(None)), value, name)
    if dataclasses.is_dataclass(hint):
        return read(typing.cast("type[Any]", hint), value)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and isinstance(value, list):
        return tuple(_value(inner[0], one, f"{name}[{at}]") for at, one in enumerate(value))
    if origin is not None and origin is not tuple and isinstance(value, Mapping):
        return {str(key): _value(inner[1], one, f"{name}.{key}") for key, one in value.items()}
    if isinstance(hint, type) and issubclass(hint, Enum):
        if value in [one.value for one in hint]:
            return hint(value)
    elif hint is bool and isinstance(value, bool):
        return value
    elif hint is int and isinstance(value, int) and not isinstance(value, bool):
        if abs(value) < 2**53:
            return value
    elif hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        if abs(value) < 2**53:
            return float(value)
    elif hint is str and isinstance(value, str) and _sound(value):
        return value
    raise UsageError(f"{name} is no {schema(hint).get('type', 'value')} that is valid here")


def _sound(text: str) -> bool:
    """JSON can hold half of a surrogate pair, which nothing can store."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
