"""The API's description, made from the endpoints themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from intent_al import __version__
from intent_al.web.access import Permission
from intent_al.web.api.bodies import schema

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``query`` names parameters with their schema; ``answer`` is a dataclass, or a schema."""

    method: str
    path: str
    summary: str
    permission: Permission
    body: type[Any] | None = None
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answer: Any = None


def describe(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        path = one.path.replace("<int:item>", "{item}")
        paths.setdefault(PREFIX + path, {})[one.method.lower()] = _operation(one, path)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "intent-al",
            "version": __version__,
            "description": "All that the review page does, for programs. A token made by"
            " `intent-al users token` goes into the Authorization header.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": _ERROR},
        },
        "security": [{"token": []}],
    }


_ERROR = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {"status": {"type": "integer"}, "message": {"type": "string"}},
            "required": ["status", "message"],
        }
    },
    "required": ["error"],
}
_TROUBLE = {
    "400": "the request cannot be meant",
    "401": "no token, or none that is valid",
    "403": "not allowed",
    "404": "there is no such thing",
    "409": "somebody else was first",
    "413": "too large",
    "415": "not JSON",
    "503": "busy or locked: try again",
}


def _operation(one: Endpoint, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "summary": one.summary,
        "description": f"Needs the permission to {one.permission.value}.",
        "operationId": f"{one.method.lower()}{path.title().translate(_NO_SIGNS)}",
        "responses": {
            "200": {
                "description": "done",
                "content": {"application/json": {"schema": _schema(one.answer)}},
            },
            **{
                code: {
                    "description": words,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Error"}}
                    },
                }
                for code, words in _TROUBLE.items()
            },
        },
    }
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "query", "schema": dict(kind)} for name, kind in one.query.items()
    ]
    if "{item}" in path:
        whole = {"type": "integer", "minimum": 0, "maximum": 2**31}
        parameters.append({"name": "item", "in": "path", "required": True, "schema": whole})
    if parameters:
        found["parameters"] = parameters
    if one.body is not None:
        content = {"application/json": {"schema": schema(one.body)}}
        found["requestBody"] = {"required": True, "content": content}
    return found


_NO_SIGNS = str.maketrans("", "", "/{}-_")


def _schema(answer: Any) -> dict[str, Any]:
    if isinstance(answer, dict):
        return answer
    return schema(answer) if answer is not None else {"type": "object"}
