"""Somebody who uses the page, asked without a server and without a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@dataclass
class Clock:
    at: float = 1_795_000_000.0

    def __call__(self) -> float:
        return self.at


class Person:
    """Somebody with a browser that has no script: follows redirects, sends forms as they stand."""

    def __init__(self, app: Flask, name: str) -> None:
        self.client: FlaskClient = app.test_client()
        answer = self.client.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303
        self.page = ""
        self.path = "/"
        self.status = 0
        self.get("/")

    def get(self, path: str) -> str:
        return self._took(self.client.get(path, follow_redirects=True))

    def post(self, path: str, **fields: str) -> str:
        """A form of the page that is open, with its hidden fields."""
        data = {**self.hidden(), **fields}
        return self._took(self.client.post(path, data=data, follow_redirects=True))

    def hidden(self) -> dict[str, str]:
        form = re.search(r'<form class="decide".*?</form>', self.page, re.S)
        inside = form[0] if form else self.page
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside))

    @property
    def item(self) -> int:
        found = re.fullmatch(r"/review/(\d+)", self.path)
        assert found, self.path
        return int(found[1])

    def start(self) -> int:
        self.get("/review")
        if self.path == "/review":
            self.post("/review/next")
        return self.item

    def decide(self, choice: str, **more: str) -> str:
        return self.post(f"/review/{self.item}/decide", choice=choice, **more)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The API, as the page's own script asks it."""
        answer = self.client.open(
            f"/api/v1{path}", method=method, json=body, headers={"X-CSRF-Token": self.csrf()}
        )
        self.status = answer.status_code
        return answer.get_json()

    def csrf(self) -> str:
        return str(self.client.get("/api/v1/me").get_json()["csrf"])

    def _took(self, answer: Any) -> str:
        self.page, self.path = answer.get_data(as_text=True), answer.request.path
        self.status = answer.status_code
        return self.page
