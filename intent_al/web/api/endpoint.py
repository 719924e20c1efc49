"""One operation of the API: routed, guarded, its body read, and described."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from intent_al.web.access import Permission, needs
from intent_al.web.api.bodies import read
from intent_al.web.api.openapi import PREFIX, Endpoint, describe

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
ENDPOINTS: list[Endpoint] = []


def endpoint(
    method: str,
    path: str,
    permission: Permission,
    *,
    body: type[Any] | None = None,
    query: Mapping[str, Mapping[str, Any]] | None = None,
    answer: Any = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function; its docstring says what it does, and what it returns is the answer."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        summary = (view.__doc__ or "").strip().partition("\n")[0]
        ENDPOINTS.append(
            Endpoint(method, path, summary, permission, body, dict(query or {}), answer)
        )

        @functools.wraps(view)
        def called(**values: Any) -> Response:
            if body is not None:
                values["body"] = read(body, request.get_json())
            return jsonify(view(**values))

        name = f"{method.lower()}_{view.__name__}"
        blueprint.add_url_rule(path, name, needs(permission)(called), methods=[method])
        return view

    return decorate


@blueprint.get("/openapi.json")
@needs(Permission.READ)
def openapi() -> Response:
    return jsonify(describe(ENDPOINTS))
