"""The API as its own description says that it can be called, and as it says that it cannot."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings

from intent_al.store import Store, accounts

schemathesis = pytest.importorskip("schemathesis", reason="without the generator of requests")

EACH = 40


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:(jsonschema|requests|urllib3).*")
def test_no_request_breaks_the_server(app: Flask, store: Store) -> None:
    user = accounts.find_user(store, "ada")
    assert user is not None
    scopes = ("read", "review", "approve", "admin")
    secret = accounts.add_token(store, user, "t", scopes, by="t", now=1_795_000_000.0, seconds=9e8)
    headers = {"Authorization": f"Bearer {secret}"}
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=headers)
    answers: list[int] = []
    for found in described.get_all_operations():
        for mode in schemathesis.GenerationMode:
            _ask(found.ok().as_strategy(mode), headers, answers)
    assert len(answers) > 500
    assert {200, 400} <= set(answers)
    assert max(answers) < 500


def _ask(requests: Any, headers: dict[str, str], answers: list[int]) -> None:
    @settings(
        max_examples=EACH,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(requests)
    def ask(case: Any) -> None:
        answer = case.call(headers=headers)
        answers.append(answer.status_code)
        assert answer.status_code < 500, f"{case.method} {case.path} {case.body!r} {case.query!r}"

    ask()
